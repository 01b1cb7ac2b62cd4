package scan

// Document is what can be read in a file, page by page, in the order of the file.
type Document struct {
	Pages []Page `json:"pages"`
}

// Page is one page. Its text may come from several readings, each with its source: a text layer may lack what is drawn,
// and OCR may misread what the text layer has letter by letter. A page on which nothing can be read has no readings.
type Page struct {
	Width    float64   `json:"width"` // in any unit; only the ratio to Height counts
	Height   float64   `json:"height"`
	Readings []Reading `json:"readings"` // best first
	Codes    []Code    `json:"codes"`
	// Turn is by how many quarter turns clockwise, 0 to 3, the page was turned to be upright: an image of the page as its
	// file shows it needs the same turn before a Box fits it.
	Turn int `json:"turn"`
}

// Source says how a reading came about.
type Source string

// The sources of readings.
const (
	SourceTextLayer Source = "TEXT_LAYER" // the text that a PDF carries
	SourceOCR       Source = "OCR"        // recognised here, in a picture of the page
	SourceDevice    Source = "DEVICE"     // recognised by the phone that sent the file
)

// Reading is the text of one page, as one source has it.
type Reading struct {
	Source Source `json:"source"`
	Words  []Word `json:"words"` // in reading order: lines from top to bottom
}

// Word is one word, as it was read: ligatures, invisible characters and misreadings are still in it.
type Word struct {
	Text       string  `json:"text"`
	Box        Box     `json:"box"`
	Line       int     `json:"line"`       // words of one line have the same number, which grows downwards
	Confidence float64 `json:"confidence"` // 0 to 1; 1 for a text layer
}

// Box is where something stands on its page: shares of the page's width and height, from its top left corner, each from 0 to 1.
// The page is as a reader holds it, turned upright.
type Box struct {
	X      float64 `json:"x"`
	Y      float64 `json:"y"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

// Code is a machine-readable mark on a page, or a link. What it points to was not fetched.
type Code struct {
	Kind string `json:"kind"` // QR, DATA_MATRIX, PDF417, CODE_128 and the like; LINK for a link of a PDF
	Text string `json:"text"` // as it is in the code, which anyone may have written: a link may lead anywhere
	Box  Box    `json:"box"`
}
