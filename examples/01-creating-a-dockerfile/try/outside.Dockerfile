FROM python:3.14-alpine
WORKDIR /app
COPY ../web1/app.py .
