# One image with the four services and the command line; the command chooses.
#
#   docker build -t safehaven/safehaven:0.1.0 .
#   docker run --rm safehaven/safehaven:0.1.0 safehaven --help
#
# It holds no key, no certificate and no configuration: those are mounted (see
# docs/runbook.md). It runs as user 10001 on a read-only root file system and writes to its
# state directory alone.

FROM debian:bookworm-slim AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /source
# The list first: it changes seldom, and what it installs is then cached.
COPY scripts/install scripts/packages.txt scripts/
RUN scripts/install && rm -rf /var/lib/apt/lists/*
# With .git, from which the build takes the revision that safehaven_build_info shows.
COPY . .
RUN cmake --preset release && cmake --build build/release --target services/all cli/all
# The programs without their line tables, the dashboard beside them, and the Debian packages
# of the libraries that they load, so that those stay known to apt and to scanners.
# Named one by one: the demo's issuer and other tools stay outside.
RUN mkdir -p /image/bin /image/share/safehaven \
    && cp build/release/bin/safehaven build/release/bin/safehaven-{consent,linkage,costing,gateway} /image/bin/ \
    && cp -r build/release/share/safehaven/web /image/share/safehaven/ \
    && strip /image/bin/* \
    && ldd /image/bin/* | awk '$3 ~ /^\// {print $3}' | sort -u | xargs -r -n1 realpath \
    | sed 's|^/usr/lib/|/lib/|; s|^/lib/|*/lib/|' | xargs -r dpkg-query -S \
    | sed 's/:.*//' | sort -u >/image/packages \
    && test -s /image/packages

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="Safehaven" \
      org.opencontainers.image.description="Commissioning analytics that can only give lawful answers"
COPY --from=build /image/packages /tmp/packages
# ca-certificates: the gateway verifies the issuer that signs people in.
RUN apt-get update -q \
    && xargs apt-get install -y -q --no-install-recommends ca-certificates </tmp/packages \
    && rm -rf /var/lib/apt/lists/* /tmp/packages \
    && groupadd --gid 10001 safehaven \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/safehaven \
               --shell /usr/sbin/nologin safehaven \
    && install -d -o 10001 -g 10001 -m 0700 /var/lib/safehaven
COPY --from=build /image/bin/ /usr/bin/
COPY --from=build /image/share/ /usr/share/
USER 10001:10001
WORKDIR /var/lib/safehaven
CMD ["safehaven", "--help"]
