package scan

// Result is what a file says, in the form in which it is kept.
type Result struct {
	Pages []PageShape `json:"pages"`
	// Certificates are those that the file holds, in the order of its pages.
	Certificates []Scan `json:"certificates"`
}

// PageShape is a page without its text: what is needed to show it and to mark places on it.
type PageShape struct {
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
	Turn   int     `json:"turn"` // see Page.Turn
	Text   bool    `json:"text"` // whether anything could be read on it
}

// ShapesOf returns the pages of the document without their text.
func ShapesOf(document Document) []PageShape {
	shapes := make([]PageShape, len(document.Pages))
	for i, page := range document.Pages {
		shapes[i] = PageShape{page.Width, page.Height, page.Turn, len(page.Readings) > 0 || len(page.Codes) > 0}
	}
	return shapes
}
