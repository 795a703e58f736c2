"""A small log collector with three mistakes: each is underlined where its connection is opened, and the light bulb knows the cure."""
import socket


def fetch_status(host):
    conn = socket.create_connection((host, 8080), timeout=5)
    conn.sendall(b"STATUS\n")
    answer = conn.recv(1024)
    if not answer.startswith(b"OK"):
        return None
    conn.close()
    return answer.decode()


def serve(port):
    listener = socket.create_server(("", port))
    while True:
        conn, address = listener.accept()
        with conn:
            conn.settimeout(60)
            while True:
                data = conn.recv(4096)
                print(address, data)


def watch(host):
    with socket.create_connection((host, 8081)) as conn:
        conn.sendall(b"WATCH\n")
        while True:
            event = conn.recv(4096)
            if not event:
                break
            print(event)
