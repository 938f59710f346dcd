#include <memory>

#include "cli/commands/link_files_options.h"
#include "cli/linkage/encode_file.h"

namespace safehaven::cli {

void AddEncodeCommand(CLI::App& app, Globals& globals) {
  auto plan = std::make_shared<EncodePlan>();
  CLI::App* encode = app.add_subcommand("encode", "records as keyed Bloom filters, for a source that may not send identifiers");
  encode->footer("Example: safehaven encode --input people.csv --secret shared.key --epoch 2026-link-1\n"
                 "  --out people.encoded.csv --map people.map.csv\n"
                 "The secret is made once (head -c 32 /dev/urandom | base64) and given to the sources only.");
  encode->add_option("--input", plan->input, "CSV file of the source's records")->required();
  encode->add_option("--secret", plan->secret, "file with the sources' shared secret, 32 bytes or more")->required();
  encode->add_option("--epoch", plan->epoch, "name of this linkage: another epoch, other filters")->required();
  encode->add_option("--out", plan->out, "encoded file to write")->required();
  encode->add_option("--map", plan->map, "file that tells which row each record is; stays here");
  encode->add_option("--salt", plan->salt, "none, birth_year_sex or birth_date: harder to attack, finds less")
      ->capture_default_str();
  encode->add_option("--model", plan->model, "model file with the columns to use, or auto")->capture_default_str();
  encode->add_option("--ignore", plan->ignored, "column to leave out (repeat)");
  encode->add_option("--truth", plan->truth, "column to keep in clear, for judging on made-up data only");
  encode->add_option("--fault-limit", plan->fault_per_mille_max, "most rows with a fault, in a thousand")
      ->capture_default_str();
  encode->callback([&globals, plan] {
    globals.run = [&globals, plan] {
      plan->today = CivilDay::InLondon(globals.clock->Now());
      return RunEncode(*plan, *globals.randomness);
    };
  });
}

}  // namespace safehaven::cli
