# SPDX-License-Identifier: MIT
# The image holds three programs, the libraries they are linked with, and a configuration: no shell,
# no package manager. BASE can be any Debian 12 with its package lists reachable.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
      cmake g++ libasio-dev libcli11-dev libexpected-dev libspdlog-dev libssl-dev \
      libsystemd-dev libyaml-cpp-dev ninja-build nlohmann-json3-dev pkg-config prometheus-cpp-dev
COPY . /source
RUN cmake -G Ninja -S /source -B /build -DCMAKE_BUILD_TYPE=RelWithDebInfo -DBUILD_TESTING=OFF \
      -DJS_UNITY=ON \
 && cmake --build /build --target jetstreamd jsctl jscat \
 && install -D -s /build/daemon/jetstreamd /image/usr/sbin/jetstreamd \
 && install -D -s /build/cli/jsctl/jsctl /image/usr/bin/jsctl \
 && install -D -s /build/cli/jscat/jscat /image/usr/bin/jscat
# What the programs are linked with, under the paths that the loader looks at.
RUN ldd /image/usr/sbin/jetstreamd /image/usr/bin/jsctl /image/usr/bin/jscat \
  | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// && $1 !~ /:$/ { print $1 }' | sort -u \
  | while read -r library; do install -D -m 0755 "$library" "/image$library"; done
RUN install -D -m 0644 /source/config/jetstreamd.yaml /image/etc/jetstreamd/jetstreamd.yaml \
 && install -D -m 0644 /source/LICENSE /image/usr/share/doc/jetstreamd/LICENSE \
 && echo 'jetstreamd:x:65532:65532::/var/lib/jetstreamd:/nonexistent' > /image/etc/passwd \
 && printf '%s:x:65532:\n' jetstreamd jetstreamd-read > /image/etc/group \
 && mkdir /empty

FROM scratch
LABEL org.opencontainers.image.title="jetstreamd" \
      org.opencontainers.image.description="Encrypted, multiplexed sessions over UDP" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /image /
# The two folders the daemon writes to.
COPY --from=build --chown=65532:65532 /empty /run/jetstreamd
COPY --from=build --chown=65532:65532 /empty /var/lib/jetstreamd
# A configuration that the daemon would refuse ends the build here.
RUN ["/usr/sbin/jetstreamd", "--config", "/etc/jetstreamd/jetstreamd.yaml", "--check"]
USER 65532:65532
VOLUME ["/run/jetstreamd", "/var/lib/jetstreamd"]
EXPOSE 8080/udp
# A stop may take drain.deadline (30s) and a second: `docker stop --time 40`, or a shorter deadline.
STOPSIGNAL SIGTERM
# Not ready, as during a drain, is told to whoever routes clients. What is to restart a container asks --live instead.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
  CMD ["/usr/bin/jsctl", "health", "--ready", "--timeout", "2s"]
ENTRYPOINT ["/usr/sbin/jetstreamd"]
# Inside a container the loopback interface reaches nobody.
CMD ["--config", "/etc/jetstreamd/jetstreamd.yaml", "--listen", "0.0.0.0:8080"]
