// Package read turns the bytes of a file that somebody uploaded, a PDF or a picture, into text with positions: a
// [scan.Document]. It takes the text that a PDF carries, recognises text in pictures by Tesseract, and decodes QR and bar codes.
//
// It trusts no file. PDFs are read in a sandbox of WebAssembly that sees neither files nor network, pictures are measured before they
// are decoded, and Tesseract and heif-convert run as processes of their own with limits on time, memory and output.
// Nothing that a file names is fetched and no script in it runs.
//
// It understands nothing of what it reads: which word is a name and which a date, package scan decides. It keeps nothing.
// It is the only importer of PDFium, of the decoders of pictures and of the decoder of bar codes.
package read
