"""Pictures of goods that nobody took: drawn here, so they belong to everybody."""

import io
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

SIDES: Final = (1_280, 960)
_WOOD: Final = (228, 214, 190)
_STALK: Final = (86, 104, 52)

Colour = tuple[int, int, int]


def round_fruit(skin: Colour, net: Colour) -> bytes:
    """One fruit on a table, with a net on its skin, as a JPEG."""
    width, height = SIDES
    picture = Image.new("RGB", SIDES, _WOOD)
    shade = Image.new("L", SIDES, 0)
    ImageDraw.Draw(shade).ellipse((300, 700, 1_060, 900), fill=110)
    picture.paste((120, 100, 80), (0, 0), shade.filter(ImageFilter.GaussianBlur(30)))
    body = Image.new("RGB", SIDES, skin)
    lines = ImageDraw.Draw(body)
    for at in range(-height, width + height, 56):
        lines.line((at, 0, at + height // 2, height), net, 5)
        lines.line((at, height, at + height // 2, 0), net, 5)
    light = Image.new("L", SIDES, 0)
    ImageDraw.Draw(light).ellipse((430, 200, 760, 480), fill=120)
    body.paste((255, 255, 245), (0, 0), light.filter(ImageFilter.GaussianBlur(70)))
    outline = Image.new("L", SIDES, 0)
    ImageDraw.Draw(outline).ellipse((300, 130, 980, 850), fill=255)
    picture.paste(body, (0, 0), outline)
    ImageDraw.Draw(picture).line((640, 140, 655, 60), _STALK, 26)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()
