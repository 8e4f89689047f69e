FROM web2
CMD echo "The message is: $WEB2_MESSAGE"
