#!/usr/bin/python3
"""Runs a command under what of a systemd unit can be had without systemd.

    confined.py --unit FILE [--write DIR]... [--list | COMMAND...]

Each line of [Service] is put in force by the same calls of the kernel that
systemd makes for it (mount namespaces, prctl, capabilities, libseccomp); --list
prints the names of those that are, and of those that are not.
"""

import argparse
import ctypes
import errno
import os
import re
import resource
import subprocess
import sys

libc = ctypes.CDLL(None, use_errno=True)

MS_RDONLY, MS_REC, MS_PRIVATE, MS_BIND = 1, 16384, 1 << 18, 4096
AT_FDCWD, AT_RECURSIVE, MOUNT_ATTR_RDONLY, SYS_MOUNT_SETATTR = -100, 0x8000, 1, 442
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
PROT_WRITE, PROT_EXEC = 2, 4

ALLOW, EQ, MASKED = 0x7FFF0000, 4, 7
NAMESPACES = 0x7E020080  # all CLONE_NEW*

CAPABILITIES = """CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID
SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK
IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT
SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL
SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF
CHECKPOINT_RESTORE""".split()


def check(result, what):
    if result < 0:
        number = ctypes.get_errno()
        sys.exit(f"confined: {what}: {os.strerror(number)}")


# --- files ---

def mount(source, target, kind, flags, data=""):
    check(libc.mount(source.encode(), target.encode(), kind.encode(), flags,
                     data.encode()), f"mount {target}")


def read_only(path, on):
    attributes = (ctypes.c_uint64 * 4)(*((MOUNT_ATTR_RDONLY, 0) if on else
                                         (0, MOUNT_ATTR_RDONLY)), 0, 0)
    check(libc.syscall(SYS_MOUNT_SETATTR, AT_FDCWD, path.encode(), AT_RECURSIVE,
                       attributes, ctypes.sizeof(attributes)), f"read-only {path}")


def confine_files(unit, write):
    check(libc.unshare(0x00020000), "a mount namespace")
    mount("none", "/", "none", MS_REC | MS_PRIVATE)

    writable = [path.lstrip("-") for line in unit["ReadWritePaths"] for path in line.split()]
    writable = [path for path in writable + write if os.path.exists(path)]

    for path in writable:
        mount(path, path, "none", MS_BIND | MS_REC)
    if unit["ProtectSystem"] == ["strict"]:
        read_only("/", True)
        for path in writable + ["/dev", "/proc", "/sys"]:
            read_only(path, False)
    if unit["ProtectKernelTunables"] == ["yes"]:
        mount("/proc/sys", "/proc/sys", "none", MS_BIND)
        read_only("/proc/sys", True)
        read_only("/sys", True)
    if unit["PrivateTmp"] == ["yes"]:
        for path in "/tmp", "/var/tmp":
            mount("tmpfs", path, "tmpfs", 0, "mode=1777")
    if unit["ProtectHome"] == ["yes"]:
        for path in "/home", "/root":
            mount("tmpfs", path, "tmpfs", MS_RDONLY, "mode=000")


# --- system calls ---

class Compare(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int),
                ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


class Filter:
    """Calls that are not named get the default."""

    def __init__(self, default):
        self.lib = ctypes.CDLL("libseccomp.so.2", use_errno=True)
        self.lib.seccomp_init.restype = ctypes.c_void_p
        self.context = ctypes.c_void_p(self.lib.seccomp_init(ctypes.c_uint32(default)))

    def add(self, action, call, *compares):
        number = self.lib.seccomp_syscall_resolve_name(call.encode())
        if number >= 0:
            array = (Compare * max(len(compares), 1))(*compares)
            self.lib.seccomp_rule_add_array(self.context, ctypes.c_uint32(action), number,
                                            len(compares), array)

    def load(self):
        result = self.lib.seccomp_load(self.context)
        if result != 0:
            sys.exit(f"confined: seccomp: {os.strerror(-result)}")


def refuse(number):
    return 0x00050000 | number


def members(name):
    """What a group of system calls is, as systemd-analyze tells it."""
    said = subprocess.run(["systemd-analyze", "--no-pager", "syscall-filter", name],
                          capture_output=True, text=True, check=True).stdout
    found = set()
    for word in re.findall(r"^ +([@\w-]+)", said, re.M):
        found |= members(word) if word.startswith("@") else {word}
    return found


def allowed_calls(unit):
    allowed = set()
    for line in unit["SystemCallFilter"]:
        for word in line.lstrip("~").split():
            calls = members(word) if word.startswith("@") else {word}
            allowed = allowed - calls if line.startswith("~") else allowed | calls
    return allowed


def filters(unit):
    """Two, since one would give way to the other; made before files are gone."""
    denied = Filter(ALLOW)
    denied_error = refuse(errno.EPERM)

    if unit["MemoryDenyWriteExecute"] == ["yes"]:
        both = PROT_WRITE | PROT_EXEC
        denied.add(denied_error, "mmap", Compare(2, MASKED, both, both))
        for call in "mprotect", "pkey_mprotect":
            denied.add(denied_error, call, Compare(2, MASKED, PROT_EXEC, PROT_EXEC))
    if unit["RestrictAddressFamilies"]:
        names = unit["RestrictAddressFamilies"][0].split()
        known = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
        for family in set(range(64)) - {known[name] for name in names}:
            denied.add(refuse(errno.EAFNOSUPPORT), "socket", Compare(0, EQ, family, 0))
    if unit["RestrictNamespaces"] == ["yes"]:
        denied.add(denied_error, "setns")
        for call in "unshare", "clone":
            for bit in range(32):
                if NAMESPACES >> bit & 1:
                    denied.add(denied_error, call, Compare(0, MASKED, 1 << bit, 1 << bit))
        denied.add(refuse(errno.ENOSYS), "clone3")
    if unit["RestrictRealtime"] == ["yes"]:
        for policy in 1, 2, 6:
            denied.add(denied_error, "sched_setscheduler", Compare(1, EQ, policy, 0))
    if unit["LockPersonality"] == ["yes"]:
        denied.add(denied_error, "personality", Compare(0, MASKED, 0xFFFFFFFF, 0x0008))
    if unit["RestrictSUIDSGID"] == ["yes"]:
        for call, arg in ("chmod", 1), ("fchmod", 1), ("fchmodat", 2):
            for bit in 0o4000, 0o2000:
                denied.add(denied_error, call, Compare(arg, MASKED, bit, bit))

    allowed = Filter(refuse(errno.EPERM))
    for call in allowed_calls(unit):
        allowed.add(ALLOW, call)
    allowed.add(ALLOW, "seccomp")       # for this one's own load
    return denied, allowed


# --- rights ---

def confine_rights(unit):
    kept = set(unit["CapabilityBoundingSet"][0].replace("CAP_", "").split())
    mask = 0
    for number, name in enumerate(CAPABILITIES):
        if name in kept:
            mask |= 1 << number
        else:
            libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    low, high = mask & 0xFFFFFFFF, mask >> 32
    check(libc.capset(header, (ctypes.c_uint32 * 6)(low, low, 0, high, high, 0)), "capset")

    if unit["NoNewPrivileges"] == ["yes"]:
        check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def size(text):
    return int(text.rstrip("M")) << (20 if text.endswith("M") else 0)


def confine_limits(unit):
    for name, limit in ("LimitMEMLOCK", resource.RLIMIT_MEMLOCK), ("LimitCORE", resource.RLIMIT_CORE):
        if unit[name]:
            # a container's root may have less, and may not raise it
            hard = resource.getrlimit(limit)[1]
            wanted = size(unit[name][0])
            wanted = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(limit, (wanted, wanted))


IN_FORCE = """ProtectSystem ReadWritePaths ProtectHome PrivateTmp PrivateMounts
NoNewPrivileges CapabilityBoundingSet RestrictSUIDSGID ProtectKernelTunables LockPersonality
RestrictRealtime RestrictNamespaces RestrictAddressFamilies SystemCallArchitectures
SystemCallFilter SystemCallErrorNumber MemoryDenyWriteExecute LimitMEMLOCK LimitCORE""".split()


class Unit(dict):
    def __missing__(self, name):
        return []


def read_unit(path):
    unit = Unit()
    with open(path, encoding="ascii") as file:
        for name, value in re.findall(r"^(\w+)=(.*)$", file.read(), re.M):
            unit.setdefault(name, []).append(value)
    return unit


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--unit", required=True)
    parser.add_argument("--write", action="append", default=[])
    parser.add_argument("--list", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    unit = read_unit(given.unit)

    if given.list:
        for name in sorted(unit):
            print(name, "run" if name in IN_FORCE else "analysed")
        return

    denied, allowed = filters(unit)
    confine_files(unit, given.write)
    confine_limits(unit)
    confine_rights(unit)
    denied.load()
    allowed.load()
    command = given.command[given.command[0] == "--":]
    os.execvp(command[0], command)


main()
