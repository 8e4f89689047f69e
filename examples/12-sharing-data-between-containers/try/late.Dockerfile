FROM web2
RUN echo "made after VOLUME" > /app/public/late.txt
