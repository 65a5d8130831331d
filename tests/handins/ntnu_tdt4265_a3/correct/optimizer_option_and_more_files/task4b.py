# whole file
from PIL import Image
image = Image.open("images/zebra.jpg")
print(image.size
