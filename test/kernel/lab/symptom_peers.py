"""The other side of the programs whose symptoms are recorded: servers that answer, stay, close or never read, and customers that call."""
import socket
import threading
import time


def listening(port):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', port))
    s.listen(64)
    return s


def serve(port, behave):
    def run():
        s = listening(port)
        held = []
        while True:
            c, _ = s.accept()
            held.append(c)
            threading.Thread(target=behave, args=(c,), daemon=True).start()
    return run


def echo(c):
    while c.recv(4096):
        c.sendall(b'ok')
    c.close()


def answer_and_close(c):
    c.recv(4096)
    c.sendall(b'ok')
    time.sleep(0.5)
    c.close()


def answer_and_read(c):
    c.recv(4096)
    c.sendall(b'ok')
    while c.recv(4096):
        pass
    time.sleep(3600)


def never_read(c):
    time.sleep(3600)


def never_answer(c):
    while c.recv(4096):
        pass
    time.sleep(3600)


def customers(port, count, says, stays):
    def run():
        time.sleep(0.3)
        held = []
        for _ in range(count):
            c = socket.socket()
            c.setblocking(False)
            c.connect_ex(('10.77.0.1', port))
            held.append(c)
            time.sleep(0.05)
        time.sleep(0.5)
        for c in held:
            try:
                c.send(says)
            except OSError:
                pass
        time.sleep(stays)
        for c in held:
            try:
                c.recv(4096)   # what is unread would make a reset of the close
            except OSError:
                pass
            c.close()
        time.sleep(3600)
    return run


def quick_customer(port):
    def run():
        time.sleep(0.3)
        c = socket.create_connection(('10.77.0.1', port))
        c.recv(10)
        c.close()
        time.sleep(3600)
    return run


def http_answer(length, then):
    """Answers one request with so many bytes; then 'close' or 'stay'."""
    def behave(c):
        c.recv(4096)
        c.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n' % length)
        try:
            c.sendall(b'x' * length)
        except OSError:
            pass
        time.sleep(0.5 if then == 'close' else 3600)
        c.close()
    return behave


def greet_and_close(c):
    """A mail server that loses patience."""
    c.sendall(b'220 mail\r\n')
    c.recv(4096)
    c.sendall(b'250 hello\r\n')
    time.sleep(0.5)
    c.close()


def echo_briefly(c):
    c.settimeout(1.5)
    try:
        while c.recv(4096):
            c.sendall(b'ok')
    except OSError:
        pass
    c.close()


def talk_and_close(c):
    for _ in range(3):
        c.sendall(b'3.1')
        time.sleep(0.2)
    c.close()


def both(*sides):
    def run():
        for side in sides:
            threading.Thread(target=side, daemon=True).start()
        time.sleep(3600)
    return run
