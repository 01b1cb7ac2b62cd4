package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// request is one HTTP request.
type request struct {
	path, token string
	body        []byte
}

// result is what one measurement gave.
type result struct {
	rate     float64 // answered requests a second
	p50, p99 time.Duration
}

// warmUp is the share of a measurement that is not counted.
const warmUp = 5

// load asks in a closed loop over all connections and counts what is answered.
func load(ctx context.Context, address string, people *population, next func(*population, int) request) (result, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: *connections, MaxConnsPerHost: *connections}}
	defer client.CloseIdleConnections()
	start := time.Now()
	counted, end := start.Add(*duration/warmUp), start.Add(*duration)
	var mu sync.Mutex
	var all []time.Duration
	var failed error
	var asking sync.WaitGroup
	for connection := range *connections {
		asking.Go(func() {
			var own []time.Duration
			for i := connection; ; i += *connections {
				begun := time.Now()
				if begun.After(end) {
					break
				}
				if err := ask(ctx, client, address, next(people, i)); err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
					return
				}
				if begun.After(counted) {
					own = append(own, time.Since(begun))
				}
			}
			mu.Lock()
			all = append(all, own...)
			mu.Unlock()
		})
	}
	asking.Wait()
	if failed != nil {
		return result{}, failed
	}
	slices.Sort(all)
	return result{
		rate: float64(len(all)) / end.Sub(counted).Seconds(),
		p50:  all[len(all)/2],
		p99:  all[len(all)*99/100],
	}, nil
}

func ask(ctx context.Context, client *http.Client, address string, r request) error {
	call, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+r.path, bytes.NewReader(r.body))
	if err != nil {
		return err
	}
	call.Header.Set("Content-Type", "application/json")
	call.Header.Set("Authorization", "Bearer "+r.token)
	answer, err := client.Do(call)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK || bytes.Contains(body, []byte(`"errors"`)) {
		return fmt.Errorf("status %d: %.300s", answer.StatusCode, body)
	}
	return nil
}
