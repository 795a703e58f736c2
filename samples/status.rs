//! A small relay with three mistakes: what it reads from its clients goes to a status server. It compiles, and it hangs.
//! Run it with `rustc status.rs && ./status`.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Sends what a client says, without a limit for anything: a peer that loses power keeps its thread for ever.
fn serve(mut client: TcpStream) -> io::Result<()> {
    let mut server = TcpStream::connect("status.internal:7070")?;
    let mut buffer = [0; 4096];
    loop {
        let n = client.read(&mut buffer)?;
        if n == 0 {
            return Ok(());
        }
        server.write_all(&buffer[..n])?;
    }
}

/// The end of the stream is a read of nothing: this one goes on reading, and the socket stays in CLOSE_WAIT.
fn watch(host: &str) -> io::Result<()> {
    let mut stream = TcpStream::connect(host)?;
    let mut buffer = [0; 64];
    loop {
        let n = stream.read(&mut buffer)?;
        println!("{n} bytes");
    }
}

fn main() -> io::Result<()> {
    thread::spawn(|| watch("status.internal:7071"));
    let listener = TcpListener::bind("0.0.0.0:7000")?;
    for client in listener.incoming() {
        let client = client?;
        thread::spawn(move || serve(client));
    }
    Ok(())
}
