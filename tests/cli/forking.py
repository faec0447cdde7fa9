"""Commands run in forks of one process that has imported everything: starting Python costs more than most of them do.

    python -m tests.cli.forking SOCKET

Each is a process of its own all the same, on the data folder that PORTICO_DATA names.
"""

import array
import json
import os
import signal
import socket
import sys
from contextlib import suppress

_LONGEST = 1 << 20
_STREAMS = 3  # standard input, output and error


def ask(path: str, words: list[str], streams: list[int]) -> int:
    """Have the command run with these file descriptors; answers its exit status, negative for a signal."""
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(path)
        socket.send_fds(asking, [json.dumps(words).encode()], streams)
        return int(asking.recv(64))


def serve(path: str) -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "portico.settings"
    django.setup()
    from portico.cli import main

    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(16)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            asked, _ = listening.accept()
            message, streams, _, _ = socket.recv_fds(asked, _LONGEST, _STREAMS)
            child = os.fork()
            if child == 0:
                listening.close()
                asked.close()
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                for number, stream in enumerate(array.array("i", streams)):
                    os.dup2(stream, number)
                    os.close(stream)
                main(json.loads(message), prog_name="portico")  # ends this process
            for stream in streams:
                os.close(stream)
            _, status = os.waitpid(child, 0)
            with suppress(OSError):
                asked.sendall(str(os.waitstatus_to_exitcode(status)).encode())
            asked.close()


if __name__ == "__main__":
    serve(sys.argv[1])
