"""Starting and ending processes: each has a hang guard, dies with us, and is ended by its own id."""
import subprocess

LIVE = []  # what start() began and nobody has ended yet


class Failed(Exception):
    """A step went wrong; the row says why."""


def bound(words):
    """A child that is killed when its parent dies, however that happens."""
    return ["setpriv", "--pdeathsig", "KILL", *map(str, words)]


def run(*words, timeout=120, check=True, **more):
    """Runs to the end; returns the finished process."""
    try:
        done = subprocess.run(bound(words), capture_output=True, text=True, timeout=timeout,
                              check=False, **more)
    except subprocess.TimeoutExpired as error:
        raise Failed(f"{words[0]} did not end within {timeout} s") from error
    if check and done.returncode != 0:
        raise Failed(f"{' '.join(map(str, words))} exited {done.returncode}: "
                     f"{(done.stderr or done.stdout)[-2000:]}")
    return done


def start(*words, **more):
    process = subprocess.Popen(bound(words), **more)
    LIVE.append(process)
    return process


def end(process, signal=None, timeout=60):
    """Its exit status; killed when it does not go."""
    if process in LIVE:
        LIVE.remove(process)
    if process.poll() is None:
        process.send_signal(signal) if signal else process.terminate()
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout)
    return process.returncode


def end_all():
    for process in list(LIVE):
        if process.poll() is None:
            process.kill()
        end(process)
