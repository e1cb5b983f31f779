//! On the way to a server: what a proxy is told.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::thread;

use super::pki::{self, AUTHORITY, HERE};
use super::server::{Server, list};
use super::{Object, all, located};
use crate::access::Access;
use crate::cluster::{Unreached, UnreachedKind};

/// Asks a server through a proxy.
fn ask(server: &Server, proxy: &str) -> Result<(), Unreached> {
    let (url, authority) = (&server.url, pki::file(AUTHORITY));
    let kubeconfig = format!(
        "current-context: a\ncontexts: [{{name: a, context: {{cluster: a}}}}]\n\
         clusters: [{{name: a, cluster: {{server: '{url}', certificate-authority: '{}', proxy-url: '{proxy}'}}}}]\n",
        authority.display()
    );
    let cluster = located(&Access::default(), &kubeconfig);
    let listings = cluster.list::<Object>(&[all("apps/v1", "Deployment")]);
    listings.map(|_| ())
}

fn server() -> Server {
    Server::with_tls(pki::server(HERE, false), |_| list("Deployment", "", ""))
}

/// Carries bytes both ways between a client and a server, until one of them has no more.
fn carry(client: &TcpStream, server: &str) {
    let server = TcpStream::connect(server).unwrap();
    let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
    });
    let _ = std::io::copy(&mut &server, &mut &*client);
}

#[test]
fn a_proxy_is_asked_for_a_tunnel() {
    let proxy = Server::raw(|mut stream| {
        let lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let head: Vec<String> = lines
            .map_while(Result::ok)
            .take_while(|line| !line.is_empty())
            .collect();
        let authorized = "Proxy-Authorization: Basic bWU6cEBzcw==".to_owned();
        if !head.contains(&authorized) {
            let _ = stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
            return;
        }
        let server = head[0].split(' ').nth(1).unwrap();
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        carry(&stream, server);
    });
    let server = server();
    let authorized = proxy.url.replace("http://", "http://me:p%40ss@");
    ask(&server, &authorized).unwrap();
    assert_eq!(server.asked().len(), 1);
    let error = ask(&server, &proxy.url).unwrap_err();
    assert_eq!(error.kind, UnreachedKind::OutOfReach);
    let diagnostic = &error.diagnostics[0];
    assert!(
        diagnostic.message.ends_with("proxy authorization required"),
        "{diagnostic:?}"
    );
    let note = format!("through the proxy {}/ (from proxy-url)", proxy.url);
    assert_eq!(diagnostic.notes[1], note);
    let error = ask(&server, &authorized.replace("p%40ss", "wrong")).unwrap_err();
    assert!(!format!("{error:?}").contains("wrong"), "{error:?}");
}

/// RFC 1928, and RFC 1929 for the password.
#[test]
fn a_socks_proxy_is_told_the_server_and_the_password() {
    let proxy = Server::raw(|mut stream| {
        let read = |mut stream: &TcpStream, bytes: usize| {
            let mut read = vec![0; bytes];
            stream.read_exact(&mut read).unwrap();
            read
        };
        let methods = usize::from(read(&stream, 2)[1]);
        assert_eq!(read(&stream, methods), [2]);
        stream.write_all(&[5, 2]).unwrap();
        assert_eq!(read(&stream, 9), *b"\x01\x02me\x04pass");
        stream.write_all(&[1, 0]).unwrap();
        let [5, 1, 0, 1, 127, 0, 0, 1, high, low] = read(&stream, 10)[..] else {
            return;
        };
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
        carry(
            &stream,
            &format!("127.0.0.1:{}", u16::from_be_bytes([high, low])),
        );
    });
    let server = server();
    ask(&server, &proxy.url.replace("http://", "socks5://me:pass@")).unwrap();
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_proxy_that_is_not_there_is_told_apart_from_the_server() {
    let error = ask(&server(), "http://127.0.0.1:1").unwrap_err();
    let diagnostic = &error.diagnostics[0];
    assert!(
        diagnostic.message.ends_with(": connection refused"),
        "{diagnostic:?}"
    );
    assert_eq!(
        diagnostic.notes[1],
        "through the proxy http://127.0.0.1:1/ (from proxy-url)"
    );
}
