"""What a folder of pictures holds, read slowly with PIL as docs/data.md describes it."""

import io
import os
import stat
import struct
import tarfile
import zlib

from PIL import Image

Image.MAX_IMAGE_PIXELS = None
ENDINGS = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp")
LEFT_BY_SYSTEMS = ("thumbs.db", "desktop.ini", "__macosx", "icon\r")
SMALL_SIDE, CENTRAL_SHARE, MOST_BYTES = 32, 0.875, (1 << 31) - 1


class Refused(Exception):
    """The folder must not be opened; any of the words may be what is said."""

    def __init__(self, *words):
        super().__init__(*words)
        self.words = words


# ---- one picture -------------------------------------------------------------------------------------------------------------------


def decode(data):
    """The picture in a file as RGB of 8 bits, or None where the file is none."""
    try:
        if data[:2] == b"\xff\xd8":
            return decode_jpeg(data)
        if data[:8] == b"\x89PNG\r\n\x1a\n":
            return decode_png(data)
        if data[:2] == b"BM" or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
            image = Image.open(io.BytesIO(data))
            image.load()
            return image.convert("RGB")
    except (OSError, ValueError, SyntaxError, IndexError, struct.error, zlib.error):
        pass
    return None


def decode_jpeg(data):
    image = Image.open(io.BytesIO(data))
    if image.width * image.height * 3 > MOST_BYTES:
        return None
    image.load()
    return image.convert("RGB")


def decode_png(data):
    header = check_chunks(data)
    width, height, depth, colour = struct.unpack(">IIBB", header[:10])
    if width * height * 3 > MOST_BYTES:
        return None
    image = Image.open(io.BytesIO(data))
    image.load()
    if depth == 16 and colour == 0:  # PIL keeps all 16 bits; the upper ones count
        image = image.convert("I").point(lambda value: value * (1 / 256) + 0).convert("L")
    # PIL drops alpha and does not blend it.
    return image.convert("RGB")


def check_chunks(data):
    """Every chunk to IEND with its checksum, and the stream of pixels whole. Returns the header."""
    at, header, pixels, kind = 8, b"", b"", b""
    while kind != b"IEND":
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        if zlib.crc32(kind + body) != checksum:
            raise ValueError("checksum")
        header, pixels = (body if kind == b"IHDR" else header), (pixels + body if kind == b"IDAT" else pixels)
        at += 12 + length
    stream = zlib.decompressobj()
    stream.decompress(pixels)
    if not stream.eof:
        raise ValueError("pixels missing")
    return header


def resized(image, box, side):
    """A box of an image resized by the antialiased cubic kernel, as three planes of floats from 0 to 255, not yet cut off."""
    cropped = image.crop(box)
    return [plane.convert("F").resize((side, side), Image.BICUBIC) for plane in cropped.split()]


def in_bytes(planes):
    """Planes of floats rounded to a picture of bytes."""
    return Image.merge("RGB", [plane.point(lambda value: value * 1 + 0.5).convert("L") for plane in planes])


def central(image, share):
    side = round(share * min(image.width, image.height))
    left, top = (image.width - side + 1) // 2, (image.height - side + 1) // 2
    return (left, top, left + side, top + side)


def whole(image):
    return (0, 0, image.width, image.height)


def views(image, side, in_memory):
    """The view of training that shows all of the image, and the view of evaluation: floats from 0 to 1, plane after plane."""
    if in_memory and image.size != (side, side):
        image = in_bytes(resized(image, central(image, 1), side))
    of_evaluation = whole(image) if side <= SMALL_SIDE else central(image, CENTRAL_SHARE)
    return [b"".join(plane.tobytes() for plane in resized(image, box, side)) for box in (whole(image), of_evaluation)]


# ---- a folder ----------------------------------------------------------------------------------------------------------------------


def ordinal(text):
    return text.encode("utf-16-be", "surrogatepass")


def hidden(name):
    return name.startswith(".") or name.lower() in LEFT_BY_SYSTEMS


def is_image(name):
    return os.path.splitext(name)[1].lower() in ENDINGS


def holds(folder, path):
    """Whether a folder is the one that a path lies in, or one around that; where links lead counts."""
    return f"{os.path.realpath(os.path.dirname(path))}/".startswith(f"{os.path.realpath(folder)}/")


def below(folder, passed, walked=()):
    """Paths of the images in a folder and below it, unordered."""
    found = []
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if hidden(name):
            passed.append(path)
        elif os.path.isdir(path):
            # A link back would be followed for ever, and images of other classes would count as this one's.
            if holds(path, path) or os.path.realpath(path) in walked:
                passed.append(path)
            else:
                found += below(path, passed, (*walked, os.path.realpath(folder)))
        elif is_image(name):
            found.append(path)
        else:
            passed.append(path)
    return found


def classes_of(part, passed):
    names = []
    for name in os.listdir(part):
        path = os.path.join(part, name)
        if not hidden(name) and os.path.isdir(path):
            names.append(name)
        else:
            passed.append(path)
    return sorted(names, key=ordinal)


def content(path):
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return b""
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def read_folder(root):
    """Training and test images as (name, label, bytes), and what is passed over."""
    passed = []
    parts = {name: os.path.join(root, name) for name in ("train", "test", "val", "unlabelled", "unlabeled")}
    here = {name for name, path in parts.items() if os.path.isdir(path)}
    if "train" not in here:
        raise Refused("train")
    if not here & {"test", "val"}:
        raise Refused("test")
    test_part = "test" if "test" in here else "val"
    for name in os.listdir(root):
        if os.path.isdir(os.path.join(root, name)) and not hidden(name) and name not in ("train", test_part, "unlabelled", "unlabeled"):
            passed.append(os.path.join(root, name))

    classes, others = classes_of(parts["train"], passed), classes_of(parts[test_part], passed)
    if len(classes) < 2 or classes != others:
        raise Refused("class")

    def labelled(part):
        found = []
        for label, name in enumerate(classes):
            images = sorted(below(os.path.join(part, name), passed), key=ordinal)
            if not images:
                raise Refused("holds no image")
            found += [(path, label) for path in images]
        return found

    train = labelled(parts["train"])
    for name in ("unlabelled", "unlabeled"):
        if name in here:
            train += [(path, -1) for path in sorted(below(parts[name], passed), key=ordinal)]
    test = labelled(parts[test_part])

    def named(files):
        return [(os.path.relpath(path, root), label, content(path)) for path, label in files]

    return classes, named(train), named(test), [os.path.relpath(path, root) for path in passed]


# ---- archives ----------------------------------------------------------------------------------------------------------------------


def read_shards(root, classes):
    passed = []

    def part(*names):
        for name in names:
            shards = sorted(
                (file for file in os.listdir(root) if file.startswith(f"{name}-") and file.endswith(".tar")), key=ordinal
            )
            if shards:
                return [image for shard in shards for image in read_shard(root, shard, classes, passed)]
        raise Refused("holds no")

    train = part("train")
    return train, part("test", "val"), passed


def read_shard(root, shard, classes, passed):
    images, labels = {}, {}
    try:
        with tarfile.open(os.path.join(root, shard)) as tar:
            for member in tar:
                if member.isfile():
                    read_member(tar, member, shard, images, labels, passed)
                elif member.issym() or member.islnk():
                    passed.append(f"{shard}:{member.name}")
    except (tarfile.TarError, EOFError, OSError):
        raise Refused("cut short", "no tar", "holds no image") from None
    passed += [name for key, (name, _) in labels.items() if key not in images]
    if not images:
        raise Refused("holds no image", "cut short")
    return [(images[key][0], label_of(labels.get(key), classes), images[key][1]) for key in sorted(images, key=ordinal)]


def read_member(tar, member, shard, images, labels, passed):
    folder, _, base = member.name.rpartition("/")
    stem, dot, kind = base.partition(".")
    key, kind, name = (f"{folder}/{stem}" if folder else stem), kind.lower(), f"{shard}:{member.name}"
    if any(hidden(piece) for piece in member.name.split("/") if piece not in (".", "..")):
        passed.append(name)
        return
    data = tar.extractfile(member).read()
    if len(data) < member.size:
        raise EOFError
    if kind == "cls" or f".{kind}" in ENDINGS:
        kept = labels if kind == "cls" else images
        if key in kept:
            raise Refused("second")
        kept[key] = (name, data)
    else:
        passed.append(name)


def label_of(found, classes):
    if found is None:
        return -1
    text = found[1].decode("utf-8", "replace").strip()
    if not (text.isascii() and text.isdigit() and int(text) < classes):
        raise Refused("a class is a number")
    return int(text)


# ---- label lists -------------------------------------------------------------------------------------------------------------------


def escaped(path):
    """A path as a line of a list writes it."""
    return "".join(f"\\u{ord(letter):04x}" if ord(letter) < 32 or 127 <= ord(letter) < 160 else letter for letter in path)


def listed(lines, train):
    """Names of the training images that a list names, by whole parts of their paths from the end."""

    def fitting(name):
        return [path for path, label, _ in train if label >= 0 and (escaped(path) == name or escaped(path).endswith((f"/{name}", f":{name}")))]

    chosen, wrong = set(), []
    for line in lines:
        plain = line.strip().replace("\\", "/").removeprefix("./")
        if plain:
            fits = fitting(line) or fitting(plain)
            if not fits:
                wrong.append("not among")
            elif len(fits) > 1:
                wrong.append("could be")
            else:
                chosen.add(fits[0])
    if wrong:
        raise Refused(*wrong)
    return chosen
