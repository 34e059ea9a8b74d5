"""Tar shards as data sets come in them, and what is wrong with some."""

import io
import os
import tarfile

import pictures


def member(tar, name, data, **fields):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for field, value in fields.items():
        setattr(info, field, value)
    tar.addfile(info, io.BytesIO(data))


class Archive:
    """The members of one shard, before it is written."""

    def __init__(self, case, part, number):
        self.case, self.part, self.number, self.members, self.cut = case, part, number, [], 0

    def picture(self, key, label, form=pictures.plain, upper=False):
        draw = self.case.draw
        data, ending = form(draw, pictures.picture(draw, *pictures.size(draw, self.case.side)))
        self.members.append((key + (ending.upper() if upper else ending), data, {}))
        if label is not None:
            self.members.append((f"{key}.cls", str(label).encode(), {}))

    def write(self):
        path = self.case.at(f"{self.part}-{self.number:03}.tar")
        with tarfile.open(path, "w", format=self.case.draw.one((tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT))) as tar:
            for name, data, fields in self.members:
                member(tar, name, data, **fields)
        if self.cut:
            # Within the bytes of the last member, whose end is also that of the archive but for empty blocks.
            with tarfile.open(path) as tar:
                last = tar.getmembers()[-1]
            os.truncate(path, last.offset_data + last.size // 2)


def ordinary(case):
    """Two archives for training and one for testing."""
    archives = []
    for part, number in (("train", 0), ("train", 1), (case.draw.one(("test", "val")), 0)):
        archive = Archive(case, part, number)
        for key in range(3):
            archive.picture(f"{number}{key}", (key + number) % len(case.classes))
        archives.append(archive)
    return archives


def any_of(case, archives):
    return case.draw.one(archives)


def plain(case, archives):
    pass


def without_labels(case, archives):
    archive = any_of(case, archives)
    archive.picture("no-label-1", None)
    archive.picture("no-label-2", None)


def test_without_labels(case, archives):
    archives[2].members = [one for one in archives[2].members if not one[0].endswith(".cls")]


def other_members(case, archives):
    archive = any_of(case, archives)
    for name in ("00.mask.png", "00.json", "00.txt", "README", "00.seg.jpg", "00.cls.txt", "._00.png", ".DS_Store", "a/._1.jpg", "__MACOSX/00.png"):
        archive.members.insert(case.draw.below(len(archive.members)), (name, pictures.saved(pictures.picture(case.draw, 9, 9), "PNG"), {}))


def folders_and_links(case, archives):
    archive = any_of(case, archives)
    archive.members.insert(0, ("sub", b"", {"type": tarfile.DIRTYPE, "mode": 0o755}))
    archive.members.append(("link.png", b"", {"type": tarfile.SYMTYPE, "linkname": "00.png"}))
    archive.picture("sub/00", 0)
    archive.picture("./01", 1)
    archive.picture("sub/" + "long" * 20 + "/name", 1)


def capitals(case, archives):
    any_of(case, archives).picture("upper", 0, upper=True)


def unusual(case, archives):
    for key in range(4):
        any_of(case, archives).picture(f"form-{key}", 1, pictures.unusual)


def broken(case, archives):
    for key in range(2):
        archives[case.draw.below(2)].picture(f"broken-{key}", 0, lambda draw, image: (pictures.broken(draw, image), ".png"))
    case.skip_broken = case.draw.below(4)


def broken_test(case, archives):
    archives[2].picture("broken", 0, lambda draw, image: (pictures.broken(draw, image), ".jpg"))


def wrong_class(case, archives):
    archive = any_of(case, archives)
    archive.picture("wrong", case.draw.one((len(case.classes), -1, "cat", "", "1.0", "1e0", 10**30, "٣", "+1", "0x1", "1 2")))


def odd_but_right_class(case, archives):
    archive = any_of(case, archives)
    for number, text in enumerate(("0\n", " 1 ", "01", "1\r\n")):
        archive.picture(f"odd-{number}", text)


def twice(case, archives):
    archive = any_of(case, archives)
    archive.members.append(case.draw.one(archive.members))


def two_images_of_a_key(case, archives):
    archive = any_of(case, archives)
    archive.picture("same", 0)
    archive.members.append(("same.jpeg", b"x", {}))


def label_alone(case, archives):
    any_of(case, archives).members.append(("alone.cls", b"1", {}))


def cut(case, archives):
    archive = any_of(case, archives)
    archive.picture("last", None)
    archive.cut = 1


def without_images(case, archives):
    any_of(case, archives).members = [("0.cls", b"0", {})]


def without_members(case, archives):
    any_of(case, archives).members = []


def without_part(case, archives):
    archives.remove(archives[2])


def all_broken(case, archives):
    for archive in archives[:2]:
        archive.members = [(name, b"" if not name.endswith(".cls") else data, {}) for name, data, _ in archive.members]
    case.skip_broken = 100


def wrong_count(case, archives):
    case.off = case.draw.one(("train_images", "test_images"))


ALL = [
    plain, without_labels, test_without_labels, other_members, folders_and_links, capitals, unusual, broken, broken_test, wrong_class,
    odd_but_right_class, twice, two_images_of_a_key, label_alone, cut, without_images, without_members, without_part, all_broken, wrong_count,
]
