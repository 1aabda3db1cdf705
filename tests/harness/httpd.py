# SPDX-License-Identifier: Apache-2.0
"""A real httpd of one's own: its folder, its port, its processes.

Knows how Debian and Fedora lay httpd out, how to wait for it and how to see
that it died. Knows nothing of what the module answers.
"""

import contextlib
import functools
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("MIRRORLIST_BUILD", ROOT / "build"))
MODULE = BUILD / "mod_mirrorlist.so"
MODULES = ("authz_core", "authz_host", "headers", "log_config", "remoteip",
           "unixd", "env", "setenvif", "alias")
PATIENCE = 60  # seconds until a condition that has to come true is given up
CRASH = re.compile(r"Segmentation fault|exit signal|\w+Sanitizer|"
                   r"runtime error:|:emerg\]|AH00052")

CONFIG = """\
ServerRoot "{root}"
DefaultRuntimeDir "{root}"
PidFile "{root}/httpd.pid"
ServerName localhost
Listen 127.0.0.1:{port}
{modules}
{user}
<IfModule mpm_{mpm}_module>
    ServerLimit 8
    StartServers 2
    ThreadsPerChild 8
    MinSpareThreads 1
    MaxSpareThreads 16
    MaxRequestWorkers 64
</IfModule>
DocumentRoot "{root}/htdocs"
ErrorLog "{root}/error.log"
LogLevel info
LogFormat "%h %>s %b \\"%r\\"" plain
CustomLog "{root}/access.log" plain
{config}
"""


def wait_for(condition, what):
    """The first true value of `condition()`."""
    end = time.monotonic() + PATIENCE
    while not (value := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {PATIENCE} s until {what}")
        time.sleep(0.01)
    return value


@functools.lru_cache
def layout():
    """(httpd's program, folder of its modules), as apxs knows them."""
    apxs = shutil.which("apxs", path=os.environ["PATH"] + ":/usr/sbin")
    ask = lambda name: subprocess.run(  # noqa: E731
        [apxs, "-q", name], check=True, capture_output=True,
        text=True).stdout.strip()
    program = Path(ask("SBINDIR")) / ask("PROGNAME")
    return program, Path(ask("LIBEXECDIR"))


class Response:
    """Status, headers in their order, body in bytes."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def __getitem__(self, name):
        """The only value of a header; None without one."""
        values = [v for n, v in self.headers if n.lower() == name.lower()]
        assert len(values) < 2, f"{name} is there {len(values)} times"
        return values[0] if values else None

    @property
    def text(self):
        return self.body.decode()

    @property
    def lines(self):
        """The lines of a text answer; each ends in a newline."""
        assert self.body.endswith(b"\n"), self.body
        return self.text[:-1].split("\n")

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body!r}"


def raw_request(port, request, method="GET"):
    """Sends the bytes as they are, reads one response."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        connection.sendall(request)
        response = http.client.HTTPResponse(connection, method=method)
        with contextlib.closing(response):
            response.begin()
            body = response.read()
            return Response(response.status, response.getheaders(), body)


def processes():
    """(pid, parent, group) of all live processes."""
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            stat = Path("/proc", entry, "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        state, parent, group = stat.rpartition(")")[2].split()[:3]
        if state not in "ZX":
            yield int(entry), int(parent), int(group)


def processor_times(pid):
    """Seconds in programs and in the kernel, of the process and of its
    children that ended; 0 once it is gone."""
    try:
        stat = Path("/proc", str(pid), "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0, 0
    ticks = list(map(int, stat.rpartition(")")[2].split()[11:15]))
    second = os.sysconf("SC_CLK_TCK")
    return sum(ticks[::2]) / second, sum(ticks[1::2]) / second


class Httpd:
    """A running server inside `with`.

    config    text of its configuration after the basics
    handler   load mod_mirrorlist and let it answer everything under /
    module    the file to load as mod_mirrorlist
    cache     file for MirrorlistCache
    preload   libraries for LD_PRELOAD (sanitizers)
    start     False: only its folder is made, for config_test() and start()
    port      where it listens; None: where nobody else does
    """

    def __init__(self, config="", cache=None, mpm="event", handler=True,
                 modules=(), preload=os.environ.get("MIRRORLIST_PRELOAD", ""),
                 start=True, module=MODULE, port=None):
        self.config = config
        self.cache = cache
        self.mpm = mpm
        self.handler = handler
        self.module = module
        self.modules = MODULES + tuple(modules)
        self.preload = preload
        self.start_now = start
        self.fixed_port = port
        self.process = None
        self.lived = None  # characters of the error log before the stop

    def __enter__(self):
        self.root = Path(tempfile.mkdtemp(prefix="mirrorlist-httpd-"))
        self.root.chmod(0o755)  # httpd's children run as somebody else
        self.htdocs = self.root / "htdocs"
        self.htdocs.mkdir()
        (self.root / "sanitizer").mkdir()
        (self.root / "sanitizer").chmod(0o777)
        if self.start_now:
            try:
                self.start()
            except BaseException:
                self.stop()
                shutil.rmtree(self.root)
                raise
        return self

    def __exit__(self, kind, value, trace):
        self.stop()
        try:
            if kind is None:
                assert not self.crashes(), "\n".join(self.crashes())
        finally:
            shutil.rmtree(self.root)

    # Configuration

    def configure(self, config=None, cache=None):
        """Writes httpd.conf; what is not given stays."""
        self.config = self.config if config is None else config
        self.cache = cache or self.cache
        (self.root / "httpd.conf").write_text(CONFIG.format(
            root=self.root, port=self.port, mpm=self.mpm,
            modules=self._load_modules(), user=self._user(),
            config=self._mirrorlist() + self.config))

    def _load_modules(self):
        folder = layout()[1]
        lines = []
        for name in (f"mpm_{self.mpm}", *self.modules):
            file = folder / f"mod_{name}.so"
            if file.exists():  # otherwise it is linked into httpd
                lines.append(f'LoadModule {name}_module "{file}"')
        if self.handler:
            lines.append(f'LoadModule mirrorlist_module "{self.module}"')
        return "\n".join(lines)

    def _user(self):
        if os.geteuid() != 0:
            return ""
        user = "www-data" if os.path.exists("/etc/debian_version") else "apache"
        return f"User {user}\nGroup {user}"

    def _mirrorlist(self):
        lines = ""
        if self.cache:
            lines += f'MirrorlistCache "{self.cache}"\n'
        if self.handler:
            lines += "LogLevel info mirrorlist:debug\n"
            lines += '<Location "/">\n    SetHandler mirrorlist\n</Location>\n'
        return lines

    # Processes

    def start(self):
        """Starts and waits until it answers; again if the port was taken."""
        while not self._try_start():
            pass

    def _try_start(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = self.fixed_port or free.getsockname()[1]
        self.configure()
        with open(self.root / "stderr", "w") as stderr:
            self.process = subprocess.Popen(
                self._command("-DFOREGROUND"), stdin=subprocess.DEVNULL,
                stdout=stderr, stderr=stderr, env=self._environment(),
                start_new_session=True)
        if wait_for(self._ready, "httpd answers or ends") == "up":
            return True
        why = (self.root / "stderr").read_text() + self.error_log
        self.process = None
        if "Address already in use" not in why or self.fixed_port:
            raise RuntimeError(f"httpd did not start: {why}")
        return False

    def _ready(self):
        if self.process.poll() is not None:
            return "down"
        if "resuming normal operations" not in self.error_log:
            return None
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
        except ConnectionRefusedError:
            return None
        return "up"

    def stop(self):
        """SIGTERM, then nothing of it is left."""
        if not self.process:
            return
        process, self.process = self.process, None
        # The event MPM of httpd 2.4 may close a worker's socket after its
        # memory is gone when it is told to stop: that crash is not ours.
        self.lived = len(self.error_log)
        process.terminate()
        try:
            code = process.wait(PATIENCE)
            assert code == 0, f"httpd ended with {code}"
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        self._wait_for_nobody(process.pid)

    def kill(self):
        """SIGKILL to all of its processes: nothing says goodbye."""
        process, self.process = self.process, None
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._wait_for_nobody(process.pid)

    @staticmethod
    def _wait_for_nobody(group):
        wait_for(lambda: all(other != group for _, _, other in processes()),
                 "httpd's children are gone")

    def graceful(self):
        """`-k graceful`, then only children of the new generation are left."""
        old, runs = self.children(), self._runs()
        result = self._control("-k", "graceful")
        assert result.returncode == 0, result.stderr
        self.wait_for_graceful(runs, old)

    def wait_for_graceful(self, runs, old):
        """Until there are more runs, and none of the old children."""
        wait_for(lambda: self._runs() > runs, "httpd has restarted")
        wait_for(lambda: not old & self.children(), "old children are gone")
        wait_for(self.children, "new children are there")

    def _runs(self):
        assert self.process.poll() is None, "httpd ended: " + self.error_log
        return self.error_log.count("resuming normal operations")

    def group(self):
        """The pids of all its processes."""
        return [pid for pid, _, group in processes()
                if group == self.process.pid]

    def processor_times(self):
        """Seconds in programs and in the kernel of all its processes since
        they began."""
        return tuple(map(sum, zip(*map(processor_times, self.group()))))

    def processor_time(self):
        return sum(self.processor_times())

    def children(self):
        return {pid for pid, parent, _ in processes()
                if parent == self.process.pid}

    def config_test(self):
        """The result of `-t`."""
        if not self.process:
            self.port = 1  # nothing listens in a test of the configuration
        self.configure()
        return self._control("-t")

    def _control(self, *arguments):
        return subprocess.run(self._command(*arguments), capture_output=True,
                              text=True, env=self._environment(),
                              timeout=PATIENCE)

    def _command(self, *arguments):
        return [str(layout()[0]), "-f", str(self.root / "httpd.conf"),
                "-d", str(self.root), *arguments]

    def _environment(self):
        report = f"log_path={self.root}/sanitizer/report:exitcode=86"
        environment = dict(os.environ, LC_ALL="C", TZ="UTC",
                           ASAN_OPTIONS=report + ":detect_leaks=0",
                           # httpd's own code is not instrumented, and all
                           # threads are its own
                           TSAN_OPTIONS=report
                           + ":ignore_noninstrumented_modules=1"
                           ":report_thread_leaks=0")
        if self.preload:
            environment["LD_PRELOAD"] = self.preload
        return environment

    # Logs

    @property
    def error_log(self):
        return self._read("error.log")

    @property
    def access_log(self):
        return self._read("access.log")

    def _read(self, name):
        file = self.root / name
        return file.read_text(errors="replace") if file.exists() else ""

    def log_line(self, mark, name="access.log"):
        """The line of a log with `mark`; httpd writes it after the answer."""
        find = lambda: [line for line in self._read(name).splitlines()  # noqa
                        if mark in line]
        return wait_for(find, f"{mark} is in {name}")[-1]

    def crashes(self):
        """What a crash or a sanitizer left behind."""
        reports = [f.read_text() for f in (self.root / "sanitizer").iterdir()]
        lines = self.error_log[:self.lived].splitlines()
        return reports + [line for line in lines if CRASH.search(line)]

    # Requests

    def get(self, target, headers=(), method="GET"):
        """One request on its own connection. `headers`: pairs or a dict."""
        if isinstance(headers, dict):
            headers = headers.items()
        lines = [f"{method} {target} HTTP/1.1"]
        if not any(name.lower() == "host" for name, _ in headers):
            lines.append("Host: localhost")
        lines += [f"{name}: {value}" for name, value in headers]
        lines += ["Connection: close", "", ""]
        return self.raw("\r\n".join(lines).encode("latin-1"), method)

    def raw(self, request, method="GET"):
        return raw_request(self.port, request, method)
