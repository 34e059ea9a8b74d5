"""Ways in which a data set's folder on a real disk differs from the one in the manual. Each changes a case's files or what the plan says."""

import os
import shutil

import pictures


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def add(case, path, form=pictures.plain):
    """A picture more, at a path without its ending."""
    draw = case.draw
    data, ending = form(draw, pictures.picture(draw, *pictures.size(draw, case.side)))
    write(case.at(path + ending), data)
    return path + ending


def any_class(case):
    return case.draw.one(case.classes)


def any_image(case, part="train"):
    """One of the ordinary files of a part, as a path within the case."""
    return case.draw.one(case.ordinary(part))


# ---- what pictures hold ------------------------------------------------------------------------------------------------------------


def unusual_forms(case):
    for number in range(5):
        add(case, f"{case.draw.one(('train', 'test'))}/{any_class(case)}/form-{number}", pictures.unusual)


def broken_files(case):
    count = 1 + case.draw.below(3)
    for number in range(count):
        data = pictures.broken(case.draw, pictures.picture(case.draw, 40, 30))
        write(case.at(f"train/{any_class(case)}/broken-{number}{case.draw.one(('.png', '.jpg', '.JPEG'))}"), data)
    case.skip_broken = count + case.draw.below(2)


def too_many_broken(case):
    broken_files(case)
    case.skip_broken = 0


def broken_test(case):
    write(case.at(f"test/{any_class(case)}/broken.png"), pictures.broken(case.draw, pictures.picture(case.draw, 40, 30)))
    case.skip_broken = 5


def broken_class(case):
    chosen = any_class(case)
    for path in case.ordinary("train"):
        if path.startswith(f"train/{chosen}/"):
            write(case.at(path), pictures.broken(case.draw, pictures.picture(case.draw, 40, 30)))
            case.skip_broken += 1


def everything_broken(case):
    for path in case.ordinary("train"):
        write(case.at(path), b"")
        case.skip_broken += 1


def broken_unlabelled(case):
    unlabelled(case)
    write(case.at("unlabelled/broken.jpg"), pictures.broken(case.draw, pictures.picture(case.draw, 40, 30)))
    case.skip_broken += 1


def enormous(case):
    write(case.at(f"train/{any_class(case)}/enormous.png"), case.enormous())
    case.skip_broken += 1


def truncated(case):
    path = case.at(any_image(case))
    size = os.path.getsize(path)
    if size > 200:  # a tiny picture cut in half may still be whole
        os.truncate(path, size * (3 + case.draw.below(5)) // 10)
        case.skip_broken += 1


# ---- names -------------------------------------------------------------------------------------------------------------------------


def wrong_endings(case):
    for path in case.draw.some(3, case.ordinary("train")):
        stem = os.path.splitext(path)[0]
        os.rename(case.at(path), case.at(stem + case.draw.one((".png", ".jpg", ".jpeg", ".PNG", ".Jpg", ".JPEG", ".webp", ".bmp"))))


def other_types(case):
    image = pictures.picture(case.draw, 20, 20)
    for name, data in {
        "a.tiff": pictures.saved(image, "TIFF"), "b.ppm": pictures.saved(image, "PPM"), "c.gif": pictures.saved(image, "GIF"),
        "d.txt": b"text", "README": b"text", "e.png.part": b"", "f.jpg~": b"", "labels.csv": b"a,b\n",
    }.items():
        if case.draw.below(2):
            write(case.at(f"{case.draw.one(('train', 'test'))}/{any_class(case)}/{name}"), data)


def hidden_entries(case):
    data = pictures.saved(pictures.picture(case.draw, 20, 20), "PNG")
    for name in ("._x.png", ".DS_Store", ".hidden.jpg", "Thumbs.db", "thumbs.DB", "desktop.ini", ".ipynb_checkpoints/1.png", "__MACOSX/1.png", ".git/2.jpg"):
        if case.draw.below(2):
            write(case.at(f"train/{any_class(case)}/{name}"), data)
        if case.draw.below(2):
            write(case.at(f"{case.draw.one(('train', 'test', '.'))}/{name}"), data)


def strange_names(case):
    for name in ("white space", "ünïcödé", "数字", "e\u0301", "😀", "-dash", "--", "semi;colon", "per%cent", "quote'", 'double"', "back\\slash", "new\nline",
                 "tab\tin", "dot.dot.png.x", "x" * 200, "#", "*", "$HOME", "~", "a:b"):
        if case.draw.below(3) == 0:
            add(case, f"train/{any_class(case)}/{name}")


def strange_broken_names(case):
    for name in ("new\nline.png", "return\r.png", "escape\x1b[31m.png", "tab\t.jpg"):
        write(case.at(f"train/{any_class(case)}/{name}"), b"")
        case.skip_broken += 1


def names_out_of_order(case):
    chosen = any_class(case)
    for name in ("10", "9", "1", "01", "B", "a", "A", "Z/1", "Z-1", "Z.1", "é", "z"):
        add(case, f"train/{chosen}/{name}")


def classes_out_of_order(case):
    for name in case.draw.some(3, ("10", "9", "Zebra", "ant", "Ärger", "_", "数", "a b", "a-b", "a.b", "class.png")):
        for part in ("train", "test"):
            add(case, f"{part}/{name}/1")


def copies(case):
    for number, path in enumerate(case.draw.some(2, case.ordinary("train"))):
        shutil.copy(case.at(path), case.at(f"train/{any_class(case)}/copy-{number}{os.path.splitext(path)[1]}"))


# ---- folders and links -------------------------------------------------------------------------------------------------------------


def nested(case):
    for path in ("deep/1", "deep/deeper/2", "deep/deeper/3", "deep.png/4", "1/5", f"{case.classes[0]}/6"):
        add(case, f"{case.draw.one(('train', 'test'))}/{any_class(case)}/{path}")
    os.makedirs(case.at(f"train/{any_class(case)}/nothing.jpg"))


def unlabelled(case):
    folder = case.draw.one(("unlabelled", "unlabeled"))
    for path in ("1", "2", "sub/3", "train/4"):
        add(case, f"{folder}/{path}")


def links(case):
    elsewhere = case.beside("elsewhere")
    write(elsewhere, pictures.saved(pictures.picture(case.draw, 30, 30), "PNG"))
    chosen = any_class(case)
    os.symlink(elsewhere, case.at(f"train/{chosen}/outside.png"))
    os.symlink(os.path.basename(any_image(case)), case.at(f"train/{chosen}/dangling-maybe.png"))
    os.symlink("/nowhere/at/all.png", case.at(f"train/{chosen}/dangling.png"))
    case.skip_broken += 2


def linked_class(case):
    chosen = any_class(case)
    moved = case.beside("moved")
    shutil.move(case.at(f"train/{chosen}"), moved)
    os.symlink(moved, case.at(f"train/{chosen}"))


def linked_circle(case):
    os.symlink("..", case.at(f"train/{any_class(case)}/circle"))
    os.symlink(".", case.at(f"test/{any_class(case)}/self"))


def linked_class_with_circle(case):
    chosen = any_class(case)
    moved = case.beside("moved")
    shutil.move(case.at(f"train/{chosen}"), moved)
    os.symlink(moved, case.at(f"train/{chosen}"))
    os.symlink(".", os.path.join(moved, "self"))
    os.symlink(moved, os.path.join(moved, "again"))


def linked_to_itself(case):
    os.symlink("loop.png", case.at(f"train/{any_class(case)}/loop.png"))
    case.skip_broken += 1


def pipe(case):
    os.mkfifo(case.at(f"train/{any_class(case)}/pipe.png"))
    case.skip_broken += 1


def unreadable(case):
    path = case.at(any_image(case))
    os.chmod(path, 0)  # root reads it all the same
    case.skip_broken += 1


def loose_files(case):
    add(case, "train/loose")
    add(case, "test/loose")
    add(case, "loose")
    write(case.at("README.md"), b"text")


def other_folders(case):
    add(case, "extra/1")
    add(case, f"val/{any_class(case)}/1")


def val_for_test(case):
    os.rename(case.at("test"), case.at("val"))


# ---- what does not fit -------------------------------------------------------------------------------------------------------------


def missing_part(case):
    shutil.rmtree(case.at(case.draw.one(("train", "test"))))


def empty_class(case):
    part, chosen = case.draw.one(("train", "test")), any_class(case)
    shutil.rmtree(case.at(f"{part}/{chosen}"))
    os.makedirs(case.at(f"{part}/{chosen}"))
    if case.draw.below(2):
        write(case.at(f"{part}/{chosen}/only.txt"), b"text")


def class_on_one_side(case):
    add(case, f"{case.draw.one(('train', 'test'))}/extra/1")


def class_in_capitals(case):
    chosen = any_class(case)
    os.rename(case.at(f"test/{chosen}"), case.at(f"test/{chosen.upper()}!"))


def one_class(case):
    for part in ("train", "test"):
        for name in case.classes[1:]:
            shutil.rmtree(case.at(f"{part}/{name}"))


def file_for_folder(case):
    part = case.draw.one(("train", "test"))
    shutil.rmtree(case.at(part))
    write(case.at(part), b"not a folder")


def empty_root(case):
    shutil.rmtree(case.root)
    os.makedirs(case.root)


def no_root(case):
    shutil.rmtree(case.root)


def wrong_count(case):
    case.off = case.draw.one(("train_images", "test_images", "classes", "train_labels"))


# ---- labelled images ---------------------------------------------------------------------------------------------------------------


def few_labels(case):
    case.labels = len(case.classes) * (1 + case.draw.below(2))


def label_list(case):
    names = [os.path.relpath(path, "train") for path in case.draw.some(4, case.ordinary("train"))]
    styles = (
        lambda name: name, lambda name: f"./{name}", lambda name: f"train/{name}", lambda name: f"  {name} ", lambda name: f"{name}\n{name}",
        lambda name: f"\n{name}\n\n",
    )
    text = case.draw.one(("\n", "\r\n")).join(case.draw.one(styles)(name) for name in names)
    case.label_list = text + case.draw.one(("", "\n"))


def label_list_of_strange_names(case):
    strange_names(case)
    every = sorted(os.path.join(name, file) for name in case.classes for file in os.listdir(case.at(f"train/{name}")))
    names = case.draw.some(3, every)
    names += [name for name in every if "\\" in name or "\n" in name][:2]
    case.label_list = "\n".join(dict.fromkeys(name.replace("\n", "\\u000a").replace("\t", "\\u0009") for name in names))


def label_list_by_name(case):
    case.label_list = "\n".join(os.path.basename(path) for path in case.draw.some(3, case.ordinary("train")))


def label_list_of_nothing(case):
    case.label_list = f"{os.path.basename(any_image(case))}\n{case.draw.one(('nowhere.png', 'a/b/c.jpg', '/', '.png', 'x'))}\n"


def label_list_with_broken(case):
    label_list(case)
    broken_files(case)
    name = case.draw.one(sorted(name for name in os.listdir(case.at(f"train/{case.classes[0]}"))))
    case.label_list += f"\n{case.classes[0]}/{name}\n"


ALL = [
    unusual_forms, broken_files, too_many_broken, broken_test, broken_class, everything_broken, broken_unlabelled, enormous, truncated, wrong_endings,
    other_types, hidden_entries, strange_names, strange_broken_names, names_out_of_order, classes_out_of_order, copies, nested, unlabelled, links,
    linked_class, linked_class_with_circle, linked_circle, linked_to_itself, pipe, unreadable, loose_files, other_folders, val_for_test, missing_part, empty_class,
    class_on_one_side, class_in_capitals, one_class, file_for_folder, empty_root, no_root, wrong_count, few_labels, label_list, label_list_of_strange_names, label_list_by_name,
    label_list_of_nothing, label_list_with_broken,
]

# Those after which others still find the files that they change.
GENTLE = [
    unusual_forms, broken_files, wrong_endings, other_types, hidden_entries, strange_names, copies, nested, unlabelled, loose_files,
    names_out_of_order, few_labels, links, truncated,
]
