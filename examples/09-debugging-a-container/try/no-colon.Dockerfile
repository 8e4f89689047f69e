FROM python3.14-alpine
