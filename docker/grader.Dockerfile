# One submission in, results out: see docker/README.md.
#
#   docker build -f docker/grader.Dockerfile -t grader .

# Has Python 3.11 or newer, with venv.
ARG BASE=python:3.11.11-slim-bookworm

FROM ${BASE} AS build
# What pip installs as PyTorch; nothing where it is empty.
ARG TORCH=torch==2.13.0
# Further packages, such as pillow or tensorflow-cpu.
ARG MORE=
# 1 has pip take packages from docker/wheels alone.
ARG PIP_NO_INDEX=
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore
WORKDIR /source
COPY docker/constraints.txt ./
RUN python3 -m venv /opt/grader
# PyTorch first: it is the largest layer and changes the least. Wheels that lie in docker/wheels are
# found before those of an index of the same version; a pip configuration may be given as a secret.
RUN --mount=type=bind,source=docker/wheels,target=/wheels \
    --mount=type=secret,id=pip,target=/etc/pip.conf \
    if [ -n "${TORCH}${MORE}" ]; then \
        /opt/grader/bin/pip install --find-links /wheels --constraint constraints.txt \
            ${TORCH} ${MORE}; \
    fi
COPY pyproject.toml README.md LICENSE ./
COPY grader grader
COPY reference reference
COPY rubrics rubrics
COPY student_template student_template
RUN --mount=type=bind,source=docker/wheels,target=/wheels \
    --mount=type=secret,id=pip,target=/etc/pip.conf \
    PIP_CONSTRAINT=/source/constraints.txt \
    /opt/grader/bin/pip install --find-links /wheels . \
    && /opt/grader/bin/pip uninstall --yes pip

FROM ${BASE}
LABEL org.opencontainers.image.title="grader" \
      org.opencontainers.image.description="Grades one submission of a deep-learning assignment" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 grader \
    && useradd --uid 10001 --gid grader --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin grader \
    && mkdir /submission /results /course \
    && chown grader:grader /results
COPY --from=build /opt/grader /opt/grader
ENV PATH=/opt/grader/bin:${PATH} \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /
ENTRYPOINT ["grader"]
CMD ["autograde"]
