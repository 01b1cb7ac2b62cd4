package main

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
)

// The wire protocol of MongoDB: a message begins with its length, an id, the id that it answers, and
// its kind, each of four bytes, the lowest first.
const (
	headerSize = 16
	maxMessage = 64 << 20

	kindMessage    = 2013 // OP_MSG; its flags follow the header
	flagMoreToCome = 1 << 1
)

var errMessage = errors.New("not a message of the wire protocol")

// proxy passes messages to the server at the Unix socket upstream, one request at a time over all connections: the
// next one is passed when the answer to the one before has been read.
type proxy struct {
	upstream string
	turn     sync.Mutex
}

// serve takes connections until the listener is closed.
func (p *proxy) serve(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		go p.pass(client)
	}
}

// pass serves one client until either side ends. A request of a client that dies is either passed whole or not at all.
func (p *proxy) pass(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("unix", p.upstream)
	if err != nil {
		return
	}
	defer server.Close()
	for {
		request, err := readMessage(client)
		if err != nil {
			return
		}
		answers, err := p.ask(server, request)
		if err != nil {
			return
		}
		for _, answer := range answers {
			if _, err := client.Write(answer); err != nil {
				return
			}
		}
	}
}

// ask passes a request in its turn and returns what answers it.
func (p *proxy) ask(server net.Conn, request []byte) (answers [][]byte, err error) {
	p.turn.Lock()
	defer p.turn.Unlock()
	if _, err := server.Write(request); err != nil {
		return nil, err
	}
	for more := !moreToCome(request); more; {
		answer, err := readMessage(server)
		if err != nil {
			return nil, err
		}
		answers = append(answers, answer)
		more = moreToCome(answer)
	}
	return answers, nil
}

func readMessage(r io.Reader) ([]byte, error) {
	header := make([]byte, headerSize)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint32(header)
	if length < headerSize || length > maxMessage {
		return nil, errMessage
	}
	message := make([]byte, length)
	copy(message, header)
	_, err := io.ReadFull(r, message[headerSize:])
	return message, err
}

// moreToCome reports whether another message of the same sender follows before the other side's turn.
func moreToCome(message []byte) bool {
	return len(message) >= headerSize+4 &&
		binary.LittleEndian.Uint32(message[12:]) == kindMessage &&
		binary.LittleEndian.Uint32(message[headerSize:])&flagMoreToCome != 0
}
