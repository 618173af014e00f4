"""Finds what main code names of Android that the oldest supported version, API 24, does not have.

The frameworks that Robolectric runs keep every class, method and field of the version they are of.
Only `android.*` is looked at: they lack most of `java.*`.
"""

import struct
import zipfile

# What newer versions have, each behind a check of SDK_INT, and what is not Android's.
GUARDED = {
    # 28, in HardwareKey
    "android/security/keystore/KeyGenParameterSpec$Builder.setIsStrongBoxBacked"
    "(Z)Landroid/security/keystore/KeyGenParameterSpec$Builder;",
    # 28, in Pieces
    "android/widget/TextView.setAccessibilityHeading(Z)V",
    # Java's own, inherited from Thread
    "android/os/HandlerThread.start()V",
}

OBJECT = {"getClass()Ljava/lang/Class;", "hashCode()I", "equals(Ljava/lang/Object;)Z",
          "toString()Ljava/lang/String;", "notifyAll()V", "wait()V"}

# Constant pool tags (JVMS §4.4) with the length of what follows them.
UTF8, CLASS, FIELD, METHOD, INTERFACE_METHOD, NAME_AND_TYPE = 1, 7, 9, 10, 11, 12
LENGTHS = {3: 4, 4: 4, 5: 8, 6: 8, CLASS: 2, 8: 2, FIELD: 4, METHOD: 4, INTERFACE_METHOD: 4,
           NAME_AND_TYPE: 4, 15: 3, 16: 2, 17: 4, 18: 4, 19: 2, 20: 2}


class ClassFile:
    """References, members and parents of one class."""

    def __init__(self, data):
        self.pool, at = self._pool(data)
        _, this, above, count = struct.unpack_from(">4H", data, at)
        self.name = self._class_name(this)
        interfaces = struct.unpack_from(f">{count}H", data, at + 8)
        self.parents = [self._class_name(i) for i in (above, *interfaces) if i]
        self.members, at = set(), at + 8 + 2 * count
        for _ in ("fields", "methods"):
            (number,) = struct.unpack_from(">H", data, at)
            at += 2
            for _ in range(number):
                _, name, descriptor, attributes = struct.unpack_from(">4H", data, at)
                self.members.add(self.pool[name] + self.pool[descriptor])
                at += 8
                for _ in range(attributes):
                    at += 6 + struct.unpack_from(">I", data, at + 2)[0]

    def references(self):
        """Class and member (None for the class itself) of everything it names."""
        for entry in self.pool:
            if not isinstance(entry, tuple):
                continue
            tag, first, second = entry
            if tag == CLASS and not self.pool[first].startswith("["):
                yield self.pool[first], None
            elif tag in (FIELD, METHOD, INTERFACE_METHOD):
                _, name, descriptor = self.pool[second]
                yield self._class_name(first), self.pool[name] + self.pool[descriptor]

    def _class_name(self, index):
        return self.pool[self.pool[index][1]]

    @staticmethod
    def _pool(data):
        (count,) = struct.unpack_from(">H", data, 8)
        pool, at = [None], 10
        while len(pool) < count:
            tag = data[at]
            if tag == UTF8:
                (length,) = struct.unpack_from(">H", data, at + 1)
                pool.append(data[at + 3 : at + 3 + length].decode("latin-1"))  # names are ASCII
                at += 3 + length
                continue
            if tag in (FIELD, METHOD, INTERFACE_METHOD, NAME_AND_TYPE):
                pool.append((tag, *struct.unpack_from(">HH", data, at + 1)))
            elif tag == CLASS:
                pool.append((tag, struct.unpack_from(">H", data, at + 1)[0], 0))
            else:
                pool.append(None)
            if tag in (5, 6):
                pool.append(None)  # long and double take two places
            at += 1 + LENGTHS[tag]
        return pool, at


def check(modules, oldest):
    """`oldest`: the jar of the framework of API 24."""
    ours = {}
    for module in modules:
        for path in module.classes.rglob("*.class"):
            found = ClassFile(path.read_bytes())
            ours[found.name] = found
    with zipfile.ZipFile(oldest) as framework:
        there, known = set(framework.namelist()), dict(ours)

        def of(name):
            if name not in known:
                entry = f"{name}.class"
                known[name] = ClassFile(framework.read(entry)) if entry in there else None
            return known[name]

        def has(name, member):
            found = of(name)
            # Java's own classes are not in the jar, and every class has what an Object has.
            return member in OBJECT or found is not None and (
                member in found.members or any(has(parent, member) for parent in found.parents)
            )

        absent, number = set(), 0
        for found in ours.values():
            for name, member in found.references():
                if not name.startswith("android/"):
                    continue
                number += 1
                if of(name) is None or (member and not has(name, member)):
                    absent.add(f"{name}.{member}" if member else name)
    print(f"{number} references to android.*, {len(absent)} newer than API 24")
    if unguarded := sorted(absent - GUARDED):
        raise SystemExit("not in API 24, and not known to be guarded:\n" + "\n".join(unguarded))
