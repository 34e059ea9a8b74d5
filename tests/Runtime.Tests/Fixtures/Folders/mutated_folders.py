"""Makes data folders that differ from the manual's in seeded ways, reads each with the slow reference, and writes down what is in it.

    mutated_folders.py OUT FOLDERS ARCHIVES

Makes OUT/000, OUT/001, … and OUT/cases.json with one record a case; OUT/pixels holds float32 views, image after image: that of training
which shows the whole image, then that of evaluation.
"""

import functools
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import archives
import mutations
import pictures
import reference
from draw import Draw

SIDES = (16, 24, 32, 40, 72)  # the last stays files


@functools.cache
def enormous():
    return pictures.enormous()


class Case:
    """A folder being made, and what the plan for it says."""

    def __init__(self, out, number):
        self.draw = Draw(number)
        self.number = number
        self.root = os.path.join(out, f"{number:03}")
        self.side = self.draw.one(SIDES)
        self.classes = sorted(self.draw.some(2 + self.draw.below(3), ("ant", "bee", "cat", "dog", "Emu", "n01440764")), key=reference.ordinal)
        self.skip_broken, self.labels, self.label_list, self.off = 0, None, None, None
        self.enormous = enormous

    def at(self, path):
        return os.path.join(self.root, path)

    def beside(self, name):
        """A path outside the folder that belongs to this case."""
        return f"{self.root}-{name}"

    def ordinary(self, part):
        """The files that a part was made with, as far as they are still there."""
        return [path for path in self.made if path.startswith(f"{part}/") and os.path.isfile(self.at(path))]

    def fill(self):
        # Names that are the same in every class, as in many data sets.
        self.made = []
        for part, count in (("train", 4), ("test", 2)):
            for name in self.classes:
                self.made += [mutations.add(self, f"{part}/{name}/{number:03}") for number in range(count)]


def folder_case(out, number):
    case = Case(out, number)
    case.fill()
    done = [mutations.ALL[number % len(mutations.ALL)]]
    if number >= len(mutations.ALL):  # after one round of each alone, together with gentle ones
        done = [*case.draw.some(1 + case.draw.below(2), [one for one in mutations.GENTLE if one not in done]), *done]
    for mutate in done:
        mutate(case)
    if case.label_list is not None and os.path.isdir(case.root):
        mutations.write(case.at("list.txt"), case.label_list.encode())
    return case, "folder", " + ".join(mutate.__name__ for mutate in done)


def archive_case(out, number):
    case = Case(out, number)
    os.makedirs(case.root)
    made = archives.ordinary(case)
    mutate = archives.ALL[number % len(archives.ALL)]
    mutate(case, made)
    for archive in made:
        archive.write()
    return case, "shards", mutate.__name__


def read(case, source, pixels):
    """What the reference finds, as a record; pictures go to the file."""
    if source == "folder":
        if not os.path.isdir(case.root):
            raise reference.Refused("there is no folder")
        classes, train, test, passed = reference.read_folder(case.root)
    else:
        classes = case.classes
        train, test, passed = reference.read_shards(case.root, len(classes))
    counts = {
        "classes": len(classes), "train_images": len(train), "train_labels": sum(label >= 0 for _, label, _ in train), "test_images": len(test),
    }
    record = {**counts, "labels": case.labels or counts["train_labels"]}
    if case.off:
        record[case.off] += 1
        return {**record, "refused": [f"write {case.off}", f"{case.off}: {counts[case.off]}"]}
    chosen = None
    if case.label_list is not None:
        try:
            chosen = reference.listed(case.label_list.splitlines(), train)
        except reference.Refused as why:
            return {**record, "refused": why.words}
        record["labels"] = len(chosen)

    good, broken = decoded(train)
    tested, broken_test = decoded(test)
    if broken_test or len(broken) > case.skip_broken:
        return {**record, "refused": ["cannot be used"]}
    if not good or {label for _, label, _ in train} - {label for _, label, _ in good} - {-1}:
        return {**record, "refused": ["all are broken"]}
    measured = [image for image in tested if image[1] >= 0]
    if not measured:
        return {**record, "refused": ["none of the"]}
    if chosen is not None and not chosen - set(broken):
        return {**record, "refused": ["broken"]}
    for _, _, image in good + measured:
        for view in reference.views(image, case.side, in_memory=case.side <= 64):
            pixels.write(view)
    return {
        **record,
        "train": [{"name": name, "label": label} for name, label, _ in good],
        "test": [{"name": name, "label": label} for name, label, _ in measured],
        "broken": broken,
        "without_class": [name for name, label, _ in tested if label < 0],
        "passed_over": passed,
        "listed": None if chosen is None else sorted(chosen - set(broken)),
    }


def decoded(files):
    images = [(name, label, reference.decode(data)) for name, label, data in files]
    return [image for image in images if image[2]], [name for name, _, image in images if image is None]


def main(out, folders, shards):
    cases = []
    with open(os.path.join(out, "pixels"), "wb") as pixels:
        for number in range(folders + shards):
            case, source, name = (folder_case if number < folders else archive_case)(out, number)
            start = pixels.tell()
            try:
                record = read(case, source, pixels)
            except reference.Refused as why:
                record = {"classes": len(case.classes), "train_images": 1, "train_labels": 1, "test_images": 1, "labels": 1, "refused": why.words}
            cases.append(
                {
                    "number": number, "name": name, "folder": case.root, "source": source, "side": case.side, "skip_broken": case.skip_broken,
                    "label_list": "list.txt" if case.label_list is not None else None, "pixels": start, **record,
                }
            )
    with open(os.path.join(out, "cases.json"), "w", encoding="utf-8") as file:
        json.dump(cases, file, ensure_ascii=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
