// Package roster reads lists of people that organisations keep in spreadsheets, CSV files with a header row, and writes those that they take away. It says who stands in each row by what the cells say, and does
// not know who that is. It reads text alone: no file, no network, no clock.
package roster
