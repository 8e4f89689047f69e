import os

print(os.getenv('WEB2_MESSAGE, ''))
