# SPDX-License-Identifier: MIT
"""What the runner shows of the console, how it ends QEMU, and what it exits with."""

import signal
import subprocess
import time

import pytest

READY = "open({ready!r}, 'w').close(); "
STUBBORN = "signal.signal(signal.SIGTERM, signal.SIG_IGN); "


def test_banner_is_dropped(bench):
    bench.behave(r"put(b'OpenSBI v1\r\n\r\nfirmware\r\nNEURON 1\r\nhello\r\n')")
    done = bench.run()
    assert (done.returncode, done.stdout, done.stderr) == (0, b"NEURON 1\nhello\n", b"")


def test_all_is_shown_without_first_line(bench):
    bench.behave(r"put(b'OpenSBI\nhello\n NEURON 1\npart')")
    assert bench.run().stdout == b"OpenSBI\nhello\n NEURON 1\npart\n"


def test_lines_come_as_they_are_printed(bench):
    bench.behave(READY.format(ready=str(bench.directory / "ready"))
                 + r"put(b'NEURON 1\none\ntw'); time.sleep(0.3); put(b'o\n'); hang()")
    child = subprocess.Popen(bench.command(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert [child.stdout.readline() for _ in range(3)] == [b"NEURON 1\n", b"one\n", b"two\n"]
        assert child.poll() is None
    finally:
        child.terminate()
        child.communicate(timeout=10)


def test_incomplete_last_line(bench):
    bench.behave(r"put(b'NEURON 1\nno end')")
    assert bench.run().stdout == b"NEURON 1\nno end\n"


def test_bytes_that_are_not_text(bench):
    bench.behave(r"put(b'NEURON 1\n\xff\xc3\xa9\xc3\n')")
    assert bench.run().stdout == "NEURON 1\n\\xff\u00e9\\xc3\n".encode()


def test_much_output_is_complete(bench):
    bench.behave(r"[put(b'NEURON ' + b'x' * 4090 + b'\n') for _ in range(500)]")
    assert bench.run().stdout == (b"NEURON " + b"x" * 4090 + b"\n") * 500


def test_raw_output_file(bench):
    bench.behave(r"put(b'OpenSBI\r\nNEURON 1\r\n\xff')")
    assert bench.run(output="raw").returncode == 0
    assert (bench.directory / "raw").read_bytes() == b"OpenSBI\r\nNEURON 1\r\n\xff"


def test_qemu_reads_nothing(bench):
    bench.behave(r"put(b'NEURON %r\n' % sys.stdin.read().encode())")
    assert bench.run().stdout == b"NEURON b''\n"


@pytest.mark.parametrize("status", [1, 7, 255])
def test_status_is_the_image_s(bench, status):
    bench.behave(rf"put(b'NEURON 1\n'); sys.exit({status})")
    done = bench.run()
    assert (done.returncode, done.stderr) == (status, b"run: the image ended with status %d\n" % status)


def test_qemu_fails_before_the_image(bench):
    bench.behave("print('qemu: no such machine', file=sys.stderr); sys.exit(1)")
    done = bench.run()
    assert (done.returncode, done.stderr) == (
        1, b"qemu: no such machine\nrun: QEMU failed before the image started\n")


def test_qemu_that_cannot_be_executed(bench):
    bench.write("qemu", "#!/none/interpreter\n")
    done = bench.run()
    assert done.returncode == 1
    assert done.stderr.startswith(b"run: ") and done.stderr.count(b"\n") == 1


def test_qemu_dies_by_signal(bench):
    bench.behave(r"put(b'NEURON 1\nlast'); os.kill(os.getpid(), signal.SIGKILL)")
    done = bench.run()
    assert (done.returncode, done.stdout) == (137, b"NEURON 1\nlast\n")
    assert done.stderr == b"run: QEMU was ended by signal 9 (Killed)\n"


def test_time_out(bench):
    bench.behave(r"put(b'NEURON 1\nwaiting'); hang()")
    start = time.monotonic()
    done = bench.run(timeout="0.5")
    assert time.monotonic() - start < 3
    assert (done.returncode, done.stdout) == (124, b"NEURON 1\nwaiting\n")
    assert done.stderr == b"run: cut off after 0.5 s (TIMEOUT=): the image did not end\n"


def test_time_out_of_a_wedged_qemu(bench):
    bench.behave(STUBBORN + r"put(b'OpenSBI\n'); hang()")
    start = time.monotonic()
    done = bench.run(timeout="1")
    assert 3.5 < time.monotonic() - start < 8
    assert (done.returncode, done.stdout) == (124, b"OpenSBI\n")
    assert done.stderr == b"run: cut off after 1 s (TIMEOUT=): the image did not end\n"


def test_last_words_after_time_out(bench):
    bench.behave("def end(*_): put(b'bye'); os._exit(0)\n"
                 "signal.signal(signal.SIGTERM, end); put(b'NEURON 1\\n'); hang()")
    done = bench.run(timeout="0.5")
    assert (done.returncode, done.stdout) == (124, b"NEURON 1\nbye\n")


def test_time_out_of_an_image_that_prints_for_ever(bench):
    bench.behave("while True: put(b'NEURON 1\\n' * 100)")
    assert bench.run(timeout="0.5").returncode == 124


def test_time_out_of_a_closed_console(bench):
    bench.behave("os.close(1); hang()")
    assert bench.run(timeout="0.5").returncode == 124


def test_console_held_open_by_another_process(bench):
    bench.behave(r"put(b'NEURON 1\n'); pid = os.fork()" "\n"
                 "if pid == 0: time.sleep(2); os._exit(0)\n")
    start = time.monotonic()
    done = subprocess.run(bench.command(), stdout=subprocess.PIPE, timeout=20)
    assert (done.returncode, done.stdout) == (0, b"NEURON 1\n")
    assert time.monotonic() - start < 1.8


@pytest.mark.parametrize("number, stubborn", [(signal.SIGINT, ""), (signal.SIGTERM, ""), (signal.SIGINT, STUBBORN)])
def test_signal_ends_qemu_too(bench, number, stubborn):
    bench.behave(stubborn + r"put(b'NEURON 1\nhalf'); "
                 + READY.format(ready=str(bench.directory / "ready")) + "hang()")
    child = subprocess.Popen(bench.command(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    bench.wait_for_qemu()
    assert child.stdout.readline() == b"NEURON 1\n"
    child.send_signal(number)
    if stubborn:  # a second signal must not keep QEMU alive
        time.sleep(0.3)
        child.send_signal(number)
    out, err = child.communicate(timeout=10)
    assert child.returncode == 128 + number
    assert (out, err) == (b"half\n", b"run: stopped by %s\n" % number.name.encode())


def test_nobody_reads_on(bench):
    bench.behave("while True: put(b'NEURON 1\\n'); time.sleep(0.01)")
    child = subprocess.Popen(bench.command(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    child.stdout.readline()
    child.stdout.close()
    assert child.stderr.read() == b""
    child.stderr.close()
    assert child.wait(10) == 141


def test_full_disk_ends_qemu(bench):
    bench.behave(r"put(b'NEURON 1\n'); hang()")
    done = bench.run(output="/dev/full")
    assert (done.returncode, done.stderr) == (1, b"run: [Errno 28] No space left on device\n")


PANIC = (r"put(b'NEURON 1\npanic\n  #0 0x80200100\n  #1 0x80200204\n#2 0x1234\n"
         r"at #3 0x80200204\n'); sys.exit(3)")


def test_backtrace_is_completed(bench):
    bench.behave(PANIC)
    (bench.directory / "image.dbg").write_bytes(b"debug")
    done = bench.run(debug_image="image.dbg")
    assert done.returncode == 3
    assert done.stdout.decode().splitlines()[2:] == [
        "  #0 0x80200100 stop at cpu.cpp:7", "      inlined by halt at cpu.cpp:9",
        "  #1 0x80200204 main at main.cpp:9", "#2 0x1234", "at #3 0x80200204"]
    calls = (bench.directory / "addr2line").read_text().splitlines()
    assert calls[0] == "-Cfpie image.dbg --basenames 0x80200100"
    assert [call.split()[-1] for call in calls] == ["0x80200100", "0x80200203", "0x1233"]


@pytest.mark.parametrize("options", [{}, {"debug_image": "none.dbg"},
                                     {"debug_image": "image.elf", "addr2line": "addr2line-none"},
                                     {"debug_image": "image.elf", "addr2line": "/bin/false"}])
def test_backtrace_stays_without_symbols(bench, options):
    bench.behave(PANIC)
    done = bench.run(**options)
    assert done.stdout.decode().splitlines()[2:4] == ["  #0 0x80200100", "  #1 0x80200204"]
    assert done.stderr == b"run: the image ended with status 3\n"
