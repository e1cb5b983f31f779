//! A server on loopback that answers as a test says.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A server that runs until the process ends.
pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// The path and the query.
    pub(crate) path: String,
    /// The lines of the head, in lower case up to their colons.
    head: Vec<String>,
}

impl Asked {
    /// The value of a header, whose name is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let values = self.head.iter().filter_map(|line| line.split_once(": "));
        values
            .into_iter()
            .find_map(|(own, value)| (own == name).then_some(value))
    }
}

/// A whole answer with a body of JSON.
pub(crate) fn json(status: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}");
    format!("{head}\r\n\r\n{body}").into_bytes()
}

/// A list with some items.
pub(crate) fn list(kind: &str, from: &str, items: &str) -> Vec<u8> {
    let metadata = format!(r#"{{"resourceVersion": "7", "continue": "{from}"}}"#);
    let body = format!(r#"{{"kind": "{kind}List", "metadata": {metadata}, "items": [{items}]}}"#);
    json("200 OK", &body)
}

impl Server {
    /// Serves what the function makes of each request.
    pub(crate) fn new(answer: impl Fn(&Asked) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::speaking(move |asked, stream| {
            let _ = stream.write_all(&answer(asked));
        })
    }

    /// The same for a function that writes on its own.
    pub(crate) fn speaking(
        answer: impl Fn(&Asked, &mut dyn Write) + Send + Sync + 'static,
    ) -> Self {
        Self::over("http", answer, |stream| stream)
    }

    /// The same over TLS.
    pub(crate) fn with_tls(
        config: Arc<ServerConfig>,
        answer: impl Fn(&Asked) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        let speak = move |asked: &Asked, stream: &mut dyn Write| {
            let _ = stream.write_all(&answer(asked));
        };
        Self::over("https", speak, move |stream| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            StreamOwned::new(connection, stream)
        })
    }

    /// Hands each connection to the function.
    pub(crate) fn raw(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let serve = Arc::clone(&serve);
                thread::spawn(move || serve(stream.unwrap()));
            }
        });
        let asked = Arc::default();
        Self { url, asked }
    }

    fn over<S: Read + Write>(
        scheme: &str,
        answer: impl Fn(&Asked, &mut dyn Write) + Send + Sync + 'static,
        wrap: impl Fn(TcpStream) -> S + Send + Sync + 'static,
    ) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let Self { url, .. } = Self::raw(move |stream| converse(wrap(stream), &answer, &log));
        let url = url.replace("http", scheme);
        Self { url, asked }
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn converse(
    stream: impl Read + Write,
    answer: &impl Fn(&Asked, &mut dyn Write),
    log: &Mutex<Vec<Asked>>,
) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            match stream.read_line(&mut line) {
                Ok(1..) if line.trim().is_empty() => break,
                Ok(1..) => head.push(line.trim_end().to_owned()),
                _ => return,
            }
        }
        let first = head.first().map(String::as_str).unwrap_or_default();
        let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
        let asked = Asked { path, head };
        log.lock().unwrap().push(asked.clone());
        answer(&asked, stream.get_mut());
    }
}
