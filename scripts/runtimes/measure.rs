//! What this machine's Rust does with connections: each case runs against a server of this very process, then the sockets of the
//! process are counted by state (/proc/self/fd with /proc/net/tcp). Prints docs/runtimes/rust.md:
//! `rustc --edition 2021 -O scripts/runtimes/measure.rs && ./measure`
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, IntoRawFd};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Options that are read back: SOL_SOCKET 1, IPPROTO_TCP 6 (asm-generic/socket.h, linux/tcp.h).
const OPTIONS: [(&str, i32, i32); 3] = [("SO_KEEPALIVE", 1, 9), ("SO_REUSEADDR", 1, 2), ("TCP_NODELAY", 6, 1)];

extern "C" {
    fn getsockopt(fd: i32, level: i32, name: i32, value: *mut i32, length: *mut u32) -> i32;
    fn setsockopt(fd: i32, level: i32, name: i32, value: *const [i32; 2], length: u32) -> i32;
}

fn option(fd: i32, level: i32, name: i32) -> i32 {
    let (mut value, mut length) = (0, 4);
    unsafe { getsockopt(fd, level, name, &mut value, &mut length) };
    value
}

/// States of this process's sockets whose remote port is this one.
fn states(port: u16) -> String {
    let mut by_inode = HashMap::new();
    for line in fs::read_to_string("/proc/net/tcp").unwrap_or_default().lines().skip(1) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        by_inode.insert(fields[9].to_string(), (fields[2].to_string(), fields[3].to_string()));
    }
    let names = HashMap::from([("01", "ESTABLISHED"), ("04", "FIN_WAIT1"), ("05", "FIN_WAIT2"), ("08", "CLOSE_WAIT"), ("09", "LAST_ACK")]);
    let mut found: BTreeMap<&str, u32> = BTreeMap::new();
    for entry in fs::read_dir("/proc/self/fd").unwrap().flatten() {
        let Ok(target) = fs::read_link(entry.path()) else { continue };
        let target = target.to_string_lossy().to_string();
        let Some(inode) = target.strip_prefix("socket:[").and_then(|rest| rest.strip_suffix(']')) else { continue };
        let Some((remote, state)) = by_inode.get(inode) else { continue };
        if remote.ends_with(&format!(":{port:04X}")) {
            *found.entry(names.get(state.as_str()).unwrap_or(&"other")).or_default() += 1;
        }
    }
    if found.is_empty() { "none".into() } else { found.iter().map(|(state, n)| format!("{n} {state}")).collect::<Vec<_>>().join(", ") }
}

/// Sockets of this process that are in no table of connections: the descriptor is there, the connection is not.
fn loose() -> usize {
    let listed: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .flat_map(|path| fs::read_to_string(path).unwrap_or_default().lines().skip(1).map(String::from).collect::<Vec<_>>())
        .filter_map(|line| line.split_whitespace().nth(9).map(|inode| format!("socket:[{inode}]")))
        .collect();
    let open = fs::read_dir("/proc/self/fd").unwrap().flatten().filter_map(|entry| fs::read_link(entry.path()).ok());
    open.filter(|target| target.to_string_lossy().starts_with("socket:") && !listed.contains(&target.to_string_lossy().to_string())).count()
}

/// A server that keeps what it accepts until it is told to close or reset it.
fn server() -> (SocketAddr, mpsc::Sender<&'static str>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let (peer, _) = listener.accept().unwrap();
        match told.recv() {
            Ok("reset") => {
                // SO_LINGER with 0 seconds: close sends RST.
                unsafe { setsockopt(peer.as_raw_fd(), 1, 13, &[1, 0], 8) };
                drop(peer);
            }
            Ok("close") => drop(peer),
            _ => thread::sleep(Duration::from_secs(60)),
        }
    });
    (addr, tell)
}

fn show(case: &str, peer: &'static str, run: impl FnOnce(TcpStream, &dyn Fn()) -> String) {
    let before = loose();
    let (addr, tell) = server();
    let stream = TcpStream::connect(addr).unwrap();
    thread::sleep(Duration::from_millis(50));
    let said = run(stream, &|| {
        let _ = tell.send(peer);
        thread::sleep(Duration::from_millis(150));
    });
    thread::sleep(Duration::from_millis(50));
    let left = if loose() > before { "1 without a connection".into() } else { states(addr.port()) };
    println!("| {case} | {said} | {left} |");
}

fn words<T>(result: std::io::Result<T>, ok: impl FnOnce(T) -> String) -> String {
    match result {
        Ok(value) => ok(value),
        Err(error) => format!("`{error}`, kind {:?}", error.kind()),
    }
}

fn main() {
    println!("# What Rust does with connections\n");
    println!("Measured by `scripts/runtimes/measure.rs` (std alone). Sockets of our side that are open afterwards, by state.\n");
    println!("| case | what the code gets | left |\n|---|---|---|");
    let limit = Some(Duration::from_millis(200));
    let mut buf = [0; 16];
    show("dropped at the end of its scope, peer silent", "stay", |stream, _| { drop(stream); String::new() });
    show("`mem::forget(stream)`, peer closed", "close", |stream, end| { std::mem::forget(stream); end(); String::new() });
    show("`into_raw_fd()`, number dropped, peer closed", "close", |stream, end| { let _ = stream.into_raw_fd(); end(); String::new() });
    show("`Box::leak`, peer closed", "close", |stream, end| { Box::leak(Box::new(stream)); end(); String::new() });
    show("`shutdown(Both)`, then kept, peer closed", "close", |stream, end| { let r = words(stream.shutdown(Shutdown::Both), |_| "Ok".into()); end(); std::mem::forget(stream); r });
    show("`try_clone()`, one of both dropped, peer closed", "close", |stream, end| { let other = stream.try_clone().unwrap(); drop(stream); end(); std::mem::forget(other); String::new() });
    show("`read`, peer closed", "close", |mut stream, end| { end(); words(stream.read(&mut buf), |n| format!("`Ok({n})`")) });
    show("`read` again after `Ok(0)`, kept", "close", |mut stream, end| { end(); let _ = stream.read(&mut [0; 4]); let r = words(stream.read(&mut [0; 4]), |n| format!("`Ok({n})`, at once")); std::mem::forget(stream); r });
    show("`read_exact`, peer closed", "close", |mut stream, end| { end(); words(stream.read_exact(&mut [0; 4]), |_| "Ok".into()) });
    show("`read`, peer reset", "reset", |mut stream, end| { end(); words(stream.read(&mut [0; 4]), |n| format!("`Ok({n})`")) });
    show("`write` twice after the peer has closed", "close", |mut stream, end| { end(); let _ = stream.write(b"x"); thread::sleep(Duration::from_millis(100)); words(stream.write(b"y"), |n| format!("`Ok({n})`")) });
    show("`set_read_timeout(200 ms)`, then `read`", "stay", |mut stream, _| {
        stream.set_read_timeout(limit).unwrap();
        let begin = Instant::now();
        let said = words(stream.read(&mut [0; 4]), |n| format!("`Ok({n})`"));
        format!("{said} after {} ms", (begin.elapsed().as_millis() / 50) * 50)
    });
    show("`set_read_timeout(Some(0))`", "stay", |stream, _| words(stream.set_read_timeout(Some(Duration::ZERO)), |_| "Ok".into()));
    show("options of a new connection", "stay", |stream, _| OPTIONS.iter().map(|(name, level, number)| format!("{name} {}", option(stream.as_raw_fd(), *level, *number))).collect::<Vec<_>>().join(", "));
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    println!("| `connect` to a port where nobody listens | {} | |", words(TcpStream::connect(free), |_| "Ok".into()));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = format!(":{}", listener.local_addr().unwrap().port());
    let table = std::process::Command::new("ss").args(["-ltn"]).output().map(|out| String::from_utf8_lossy(&out.stdout).to_string()).unwrap_or_default();
    let backlog = table.lines().find(|line| line.contains(&port)).and_then(|line| line.split_whitespace().nth(2).map(String::from)).unwrap_or("not asked (no ss)".into());
    println!("| `TcpListener::bind` | SO_REUSEADDR {}, backlog {backlog} | |", option(listener.as_raw_fd(), 1, 2));
}
