FROM python:3.14-alpine
COPY requirements.txt /
LABEL org.opencontainers.image.authors="Docker workshop" \
org.opencontainers.image.title="web1" \
org.opencontainers.image.version="1.0"
CMD ["cat", "/requirements.txt"]
