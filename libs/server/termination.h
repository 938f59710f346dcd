// Waiting to be told to stop: SIGTERM or SIGINT. The first one ends the wait; a second
// one ends the process at once, for an operator who has waited long enough.
#ifndef SAFEHAVEN_LIBS_SERVER_TERMINATION_H_
#define SAFEHAVEN_LIBS_SERVER_TERMINATION_H_

namespace safehaven {

// Takes over SIGTERM and SIGINT for this process, and ignores SIGPIPE (a peer that went
// away is a failed write, not the end). Call once, early. Not thread-safe.
void InstallTerminationHandlers();

// Returns after the first SIGTERM or SIGINT since they were installed. Thread-safe, for
// one waiting thread.
void WaitForTermination();

// As if the process had been sent SIGTERM; from any thread.
void RequestTermination();

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_TERMINATION_H_
