FROM python:3.14-alpine
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
COPY docker-entrypoint.sh /
ENTRYPOINT ["/docker-entrypoint.sh"]
STOPSIGNAL SIGINT
CMD ["flask", "run", "--host=0.0.0.0", "--port=5000"]
