//! One kept connection to the server.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

/// A connection that is kept alive from request to request.
pub struct Client {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
}

impl Client {
    pub fn connect(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::with_capacity(1 << 16, stream), address })
    }

    /// Posts a siting request and reads the report; anything but 200 is an error.
    pub fn check(&mut self, request: &[u8]) -> std::io::Result<Vec<u8>> {
        let head = format!(
            "POST /api/siting/check HTTP/1.1\r\nHost: {}\r\nContent-Type: application/geo+json\r\nContent-Length: {}\r\n\r\n",
            self.address,
            request.len()
        );
        self.stream.get_mut().write_all(&[head.as_bytes(), request].concat())?;
        let (mut status, mut length) = (String::new(), 0);
        self.stream.read_line(&mut status)?;
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            match line.trim_end().split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().map_err(std::io::Error::other)?;
                }
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        if !status.starts_with("HTTP/1.1 200") {
            return Err(std::io::Error::other(format!("{status}{}", String::from_utf8_lossy(&body))));
        }
        Ok(body)
    }
}
