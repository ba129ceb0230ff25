# An image of nothing but terra-hook, the libraries it needs, the certificates of https and what
# terminals can do, for the full screen of `docker run -it`:
#   docker build -t terra-hook .
#   docker run --rm -p 4567:4567 -v terra-hook:/data -e TERRA_SIGNING_SECRET terra-hook
FROM debian:12-slim AS build
WORKDIR /src
COPY . .
# The two steps of scripts/run, what the build lacks and the build; then the program and what it links.
RUN scripts/run --version \
 && apt-get install -y --no-install-recommends ca-certificates \
 && mkdir -p /image/data /image/etc/ssl/certs /image/tmp \
 && install -D -s build/release/terra-hook /image/usr/bin/terra-hook \
 && ldd build/release/terra-hook | grep -o '/[^ ]*' | xargs cp -L --parents -t /image \
 && cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ \
 && cp -r --parents /lib/terminfo /image \
 && chown 65532:65532 /image/data && chmod 0700 /image/data && chmod 1777 /image/tmp

FROM scratch
COPY --from=build /image /
USER 65532:65532
ENV HOME=/data SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
VOLUME /data
EXPOSE 4567
ENTRYPOINT ["/usr/bin/terra-hook"]
# Inside a container, loopback is the container's own: -p decides who reaches it.
CMD ["listen", "--bind", "0.0.0.0", "--port", "4567"]
