// A small status client with two mistakes: on two ways out nobody closes the connection, and its answer may never come.
package main

import (
	"errors"
	"fmt"
	"net"
	"os"
)

func fetchStatus(address string) (string, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return "", err
	}
	if _, err := conn.Write([]byte("STATUS\n")); err != nil {
		return "", err
	}
	answer := make([]byte, 1024)
	n, err := conn.Read(answer)
	if err != nil {
		return "", err
	}
	conn.Close()
	if n == 0 {
		return "", errors.New("no answer")
	}
	return string(answer[:n]), nil
}

func main() {
	status, err := fetchStatus(os.Args[1])
	fmt.Println(status, err)
}
