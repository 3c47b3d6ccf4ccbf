# syntax=docker/dockerfile:1
# `docker compose up` builds what it needs of this. `docker build --target sidecar --tag flowscope .` builds the sidecar alone.
ARG NODE_VERSION=24.21.0
ARG GRAFANA_VERSION=12.3.3

FROM node:${NODE_VERSION}-bookworm AS build
WORKDIR /flowscope
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build

# The sidecar: no packages, no shell needed, nothing to write but its data directory.
FROM node:${NODE_VERSION}-bookworm-slim AS sidecar
COPY --from=build /flowscope/dist/sidecar /opt/flowscope/sidecar
COPY scripts/docker/makeSecrets.mjs /opt/flowscope/makeSecrets.mjs
# Volumes take on the owner of what the image has in their place.
RUN install -d -o node -g node -m 0700 /var/lib/flowscope \
    && install -d -o node -g node -m 0755 /secrets/token /secrets/influx-admin /secrets/influx-reader /secrets/grafana-admin
USER node
ENV FLOWSCOPE_DATA_DIR=/var/lib/flowscope FLOWSCOPE_LISTEN=0.0.0.0:9555 HOME=/var/lib/flowscope
EXPOSE 9555
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["node", "-e", "fetch('http://127.0.0.1:9555/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/opt/flowscope/sidecar/flowscope.mjs"]
CMD ["serve"]

# Grafana with the plugin, beside and not below /var/lib/grafana: a volume there would keep an old version.
FROM grafana/grafana:${GRAFANA_VERSION} AS grafana
COPY --from=build /flowscope/dist /usr/share/grafana-plugins/flowscope-awsflowlogs-app
COPY provisioning /etc/grafana/provisioning
ENV GF_PATHS_PLUGINS=/usr/share/grafana-plugins

# A made-up company in a local AWS: `docker compose --profile demo up`.
FROM build AS demo
RUN install -d -o node -g node -m 0700 /var/lib/flowscope && install -d -o node -g node -m 0755 /run/demo
USER node
ENV FLOWSCOPE_DATA_DIR=/var/lib/flowscope
ENTRYPOINT ["node", "--import", "tsx", "scripts/demo/compose.ts"]
