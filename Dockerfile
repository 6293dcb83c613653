# The register's processes and the `sijill` command line, for clusters: no Java, no test tools, no root.
# Kafka and PostgreSQL stand beside it: see docker-compose.yml.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/sijill
WORKDIR /src
COPY requirements-run.lock .
RUN /opt/sijill/bin/pip install --require-hashes --no-deps -r requirements-run.lock
COPY . .
RUN /opt/sijill/bin/pip install --no-deps .

FROM python:3.11-slim
LABEL org.opencontainers.image.title="Sijill" \
      org.opencontainers.image.description="The unified register of the IT companies of the six GCC states" \
      org.opencontainers.image.licenses="EUPL-1.2"
ENV PATH=/opt/sijill/bin:$PATH PYTHONUNBUFFERED=1 SIJILL_DATA_DIR=/var/lib/sijill SIJILL_LOG_FORMAT=json
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin sijill \
    && install --directory --owner sijill --group sijill /var/lib/sijill
COPY --from=build /opt/sijill /opt/sijill
USER sijill
WORKDIR /var/lib/sijill
VOLUME /var/lib/sijill
ENTRYPOINT ["sijill"]
CMD ["--help"]
