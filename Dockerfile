# The service in front of real meters. Build: docker build -t sealmeter .
# Run: docker run --read-only --user 10001 --volume sealmeter-state:/state --volume ./site:/site:ro --publish 8443:8443 \
#        sealmeter meter --config /site/meter.yaml
# The root file system may be read-only: only /state is written, and meter.yaml has to say `state: /state`.

FROM node:24-bookworm-slim AS build
WORKDIR /build
# For the PKCS#11 binding, which is compiled; without them everything but tokens would still work.
RUN apt-get update && apt-get install --yes --no-install-recommends python3 make g++ && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
COPY scripts/generate-sdk/package.json scripts/generate-sdk/
RUN npm install --no-save --no-audit --no-fund
COPY . .
RUN node scripts/build.mjs && npm prune --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /opt/sealmeter
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=build /build/bin ./bin
COPY --from=build /build/devices ./devices
COPY --from=build /build/certs ./certs
COPY --from=build /build/openapi ./openapi
COPY --from=build /build/package.json /build/LICENSE ./
RUN mkdir /state && chown 10001:10001 /state
USER 10001:10001
VOLUME /state
EXPOSE 8443
# A handshake with the service's own certificate: whoever shakes hands is alive.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["node", "/opt/sealmeter/bin/sealmeter.mjs", "doctor", "--config", "/site/meter.yaml", "--only", "door", "--running"]
ENTRYPOINT ["node", "/opt/sealmeter/bin/sealmeter.mjs"]
CMD ["meter", "--config", "/site/meter.yaml"]
