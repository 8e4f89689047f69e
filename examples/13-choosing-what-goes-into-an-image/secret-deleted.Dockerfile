FROM alpine:3.23
WORKDIR /notes
COPY . .
RUN rm .env
CMD ["ls", "-A"]
