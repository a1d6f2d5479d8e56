"""One scripted session of kazoo: prints what the server answered, without times, session ids and absolute zxids."""
import logging
import sys
import threading

from kazoo.client import KazooClient
from kazoo.exceptions import KazooException, RolledBackError, RuntimeInconsistency
from kazoo.protocol.states import WatchedEvent
from kazoo.security import make_acl, make_digest_acl

logging.disable(logging.CRITICAL)
client = KazooClient(hosts=sys.argv[1], timeout=10, randomize_hosts=False)
client.start(timeout=15)
first_zxid = None
ROOT = "/kazoo"


def shown(value):
    if hasattr(value, "czxid"):
        return "Stat(%s)" % ", ".join("%s=%s" % (name, field(name, getattr(value, name))) for name in value._fields)
    if isinstance(value, WatchedEvent):
        return "event %s %s" % (value.type, value.path)
    if isinstance(value, Exception):
        return type(value).__name__
    if isinstance(value, tuple):
        return "(%s)" % ", ".join(shown(item) for item in value)
    if isinstance(value, list):
        return "[%s]" % ", ".join(shown(item) for item in value)
    return repr(value)


def field(name, value):
    global first_zxid
    if name in ("ctime", "mtime"):
        return "<time>"
    if name == "ephemeralOwner":
        return "<session>" if value else "0"
    if name in ("czxid", "mzxid", "pzxid"):
        if first_zxid is None:
            first_zxid = value
        return "first%+d" % (value - first_zxid) if value else "0"
    return str(value)


def say(name, call, *args, **options):
    try:
        print("> %s\n%s" % (name, shown(call(*args, **options))))
    except KazooException as error:
        print("> %s\n%s" % (name, shown(error)))


class Watch:
    """Takes one event, and says when it is there."""

    def __init__(self):
        self.fired = threading.Event()
        self.event = None

    def __call__(self, event):
        self.event = event
        self.fired.set()

    def tell(self, name):
        print("> %s\n%s" % (name, shown(self.event) if self.fired.wait(10) else "no event"))


def children(path, **options):
    answer = client.get_children(path, **options)
    return (sorted(answer[0]), answer[1]) if isinstance(answer, tuple) else sorted(answer)


def multi(*steps):
    transaction = client.transaction()
    for name, *args in steps:
        getattr(transaction, name)(*args)
    return transaction.commit()


say("create", client.create, ROOT, b"root")
say("create again", client.create, ROOT, b"root")
say("create with stat", client.create, ROOT + "/stat", b"", include_data=True)
say("create without parent", client.create, ROOT + "/a/b")
say("makepath", client.create, ROOT + "/a/b/c", makepath=True)
say("get", client.get, ROOT)
say("set", client.set, ROOT, b"second")
say("set with version", client.set, ROOT, b"third", version=1)
say("set with wrong version", client.set, ROOT, b"third", version=1)
say("empty data", client.set, ROOT, b"")
say("get empty", client.get, ROOT)
say("large data", client.set, ROOT, b"x" * 100000)
say("exists", client.exists, ROOT)
say("exists not", client.exists, ROOT + "/none")
say("get none", client.get, ROOT + "/none")
say("unicode", client.create, ROOT + "/\u00e9\u4e16\U0001f600", "\u00e9".encode())
say("unicode children", children, ROOT)
for mode in ({}, {"ephemeral": True}):
    for i in range(2):
        say("sequential %s" % mode, client.create, ROOT + "/seq-", sequence=True, **mode)
say("ephemeral", client.create, ROOT + "/ephemeral", ephemeral=True)
say("ephemeral stat", client.exists, ROOT + "/ephemeral")
say("child of ephemeral", client.create, ROOT + "/ephemeral/child")
say("children", children, ROOT)
say("children with stat", children, ROOT, include_data=True)
say("children of none", children, ROOT + "/none")
say("sync", client.sync, ROOT)

data, child, exist = Watch(), Watch(), Watch()
say("watch data", client.get, ROOT + "/stat", watch=data)
say("watch children", children, ROOT + "/stat", watch=child)
say("watch absence", client.exists, ROOT + "/later", watch=exist)
say("set watched", client.set, ROOT + "/stat", b"1")
say("set twice", client.set, ROOT + "/stat", b"2")
say("create below", client.create, ROOT + "/stat/below")
say("create awaited", client.create, ROOT + "/later")
data.tell("data event")
child.tell("child event")
exist.tell("created event")
gone, orphan = Watch(), Watch()
say("watch for delete", client.get, ROOT + "/later", watch=gone)
say("watch children of deleted", children, ROOT + "/later", watch=orphan)
say("delete", client.delete, ROOT + "/later")
gone.tell("deleted event")
orphan.tell("deleted event of child watch")

if "--pause" in sys.argv:
    print("> midway", flush=True)
    sys.stdin.readline()

say("get acl", client.get_acls, ROOT)
say("add auth", client.add_auth, "digest", "user:secret")
say("create private", client.create, ROOT + "/private", b"p", acl=[make_digest_acl("user", "secret", all=True)])
say("get private acl", client.get_acls, ROOT + "/private")
say("read private", client.get, ROOT + "/private")
say("world may read", client.set_acls, ROOT + "/private", [make_acl("world", "anyone", read=True)])
say("write refused", client.set, ROOT + "/private", b"q")
say("set acls refused", client.set_acls, ROOT + "/private", [make_acl("world", "anyone", all=True)])
say("wrong acl version", client.set_acls, ROOT, [make_acl("world", "anyone", all=True)], version=9)
say("bad scheme", client.create, ROOT + "/bad", acl=[make_acl("nothing", "x", all=True)])
say("bad ip", client.create, ROOT + "/bad", acl=[make_acl("ip", "x.y", all=True)])

say("multi", multi, ("create", ROOT + "/m1", b"1"), ("set_data", ROOT, b"m"), ("check", ROOT, 5), ("delete", ROOT + "/m1"))
say("multi create", multi, ("create", ROOT + "/m2", b"1"), ("create", ROOT + "/m2/x", b"2"))
say("failed multi", multi, ("create", ROOT + "/m3", b"1"), ("delete", ROOT + "/none"), ("create", ROOT + "/m4", b""))
say("failed check", multi, ("check", ROOT, 99), ("delete", ROOT + "/m2"))
say("nothing of it happened", client.exists, ROOT + "/m3")
say("empty multi", multi)

say("delete with children", client.delete, ROOT)
say("delete wrong version", client.delete, ROOT + "/m2/x", version=3)
say("delete none", client.delete, ROOT + "/none")
say("ensure path", client.ensure_path, ROOT + "/d/e/f")
say("server version", lambda: len(client.server_version()) >= 3)
say("command ruok", client.command, b"ruok")
lock = client.Lock(ROOT + "/lock", "me")
say("lock", lock.acquire, timeout=10)
say("contenders", lock.contenders)
say("unlock", lock.release)
counter = client.Counter(ROOT + "/counter")
for _ in range(3):
    counter += 2
print("> counter\n%s" % counter.value)
queue = client.Queue(ROOT + "/queue")
for item in (b"a", b"b"):
    queue.put(item)
print("> queue\n%r %r %r" % (queue.get(), queue.get(), queue.get()))
say("stat at the end", client.exists, ROOT)
say("delete all", client.delete, ROOT, recursive=True)
say("restart keeps working", lambda: (client.restart(), client.exists(ROOT))[1])
client.stop()
client.close()
print("> state\n%s" % client.state)
