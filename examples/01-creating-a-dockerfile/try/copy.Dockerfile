FROM python:3.14-alpine
WORKDIR /app
COPY requirements.txt .
COPY requirements.txt /app/requirements.txt
COPY requirements.txt /etc/requirements.txt
CMD ["ls", "/app", "/etc/requirements.txt"]
