# weir in a slim image: built on Debian 12, run on Debian 12 as an ordinary user.
#
#   docker build -t weir .
#   docker run --rm -p 8080:8080 -v "$PWD/weir.yaml:/etc/weir/weir.yaml:ro" weir
#
# In the container listen on ":8080" rather than on 127.0.0.1, and on ports over 1023. The file should have an `admin`,
# such as admin: 9900, for the health check asks there; where it has none, run it with --no-healthcheck.
FROM debian:12-slim AS build
WORKDIR /src
# The packages in a layer of their own: they change less often than the sources.
COPY scripts/setup scripts/setup
RUN scripts/setup build
COPY . .
RUN cmake --preset release -DWEIR_TESTS=OFF \
    && cmake --build --preset release --target weir weir-backend \
    && strip build/release/weir build/release/weir-backend

FROM debian:12-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
      libuv1 libc-ares2 libyaml-cpp0.7 libprometheus-cpp-core1.0 libre2-9 libfmt9 libssl3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --no-create-home --shell /usr/sbin/nologin weir \
    && install --directory --owner weir --group weir /run/weir
COPY --from=build /src/build/release/weir /src/build/release/weir-backend /usr/local/bin/
USER weir
EXPOSE 8080
# QUIT finishes what is in flight, for at most timeouts.drain (30 s): give `docker stop` as long (--time 35).
STOPSIGNAL SIGQUIT
# Healthy while it is ready to serve: not at its start, nor while it drains.
HEALTHCHECK --interval=10s --timeout=6s --start-period=5s \
  CMD ["/usr/local/bin/weir", "status", "--quiet", "-c", "/etc/weir/weir.yaml"]
ENTRYPOINT ["/usr/local/bin/weir"]
CMD ["-c", "/etc/weir/weir.yaml"]
