import os

print(os.getenv("WEB2_MESSAGE", ""))
print(os.getenv("NOBODY_SETS_THIS"))
