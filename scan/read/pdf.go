package read

import (
	"context"
	"errors"
	"image"
	"math"
	"unicode"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"

	"accrue/scan"
)

const (
	maxCharacters = 50_000 // of a page
	maxObjects    = 5_000  // of a page that are looked at
	maxLinks      = 200    // of a page that are looked at
)

// readPDF reads all pages.
func (r *Reader) readPDF(ctx context.Context, file []byte) (scan.Document, error) {
	f, err := r.open(ctx, file)
	if err != nil {
		return scan.Document{}, err
	}
	defer f.close()
	document := scan.Document{Pages: make([]scan.Page, f.pages)}
	for i := range document.Pages {
		if err := r.readPage(ctx, f, i, &document.Pages[i]); err != nil {
			return scan.Document{}, err
		}
	}
	return document, nil
}

// readPage reads one page: its text, its links, its codes, and where the text misleads or is none, its picture.
func (r *Reader) readPage(ctx context.Context, f *pdfFile, index int, page *scan.Page) error {
	picture, err := r.readLayer(ctx, f, index, page)
	if err != nil || picture == nil {
		return err
	}
	return r.recognise(ctx, picture, page)
}

// readLayer reads what PDFium can tell of a page, and returns a picture of it if it is to be recognised as well.
func (r *Reader) readLayer(ctx context.Context, f *pdfFile, index int, page *scan.Page) (*image.RGBA, error) {
	p, done, err := r.load(ctx, f, index)
	if err != nil {
		return nil, err
	}
	defer done()
	words, err := p.words()
	if err != nil {
		return nil, err
	}
	page.Width, page.Height, page.Turn = p.width, p.height, p.turn
	if len(words) > 0 {
		page.Readings = append(page.Readings, scan.Reading{Source: scan.SourceTextLayer, Words: words})
	}
	addCodes(page, p.links...)
	if misleads(words) && r.tesseract.missing == "" {
		return p.render(ocrSide, nil)
	}
	regions, err := p.codeRegions()
	if err != nil {
		return nil, err
	}
	for _, region := range regions {
		picture, err := p.render(regionSide(region), &region)
		if err != nil {
			return nil, err
		}
		codes := codesIn(gray(picture, luma))
		for i := range codes {
			codes[i].Box = within(region, codes[i].Box)
		}
		addCodes(page, codes...)
	}
	return nil, nil
}

// renderPDF returns a picture of one page.
func (r *Reader) renderPDF(ctx context.Context, file []byte, index, maxSide int) (*image.RGBA, error) {
	f, err := r.open(ctx, file)
	if err != nil {
		return nil, err
	}
	defer f.close()
	if index < 0 || index >= f.pages {
		return nil, noSuchPage()
	}
	p, done, err := r.load(ctx, f, index)
	if err != nil {
		return nil, err
	}
	defer done()
	return p.render(maxSide, nil)
}

// load loads a page for at most the time of one, after which the file ends. The function returned gives it up.
func (r *Reader) load(ctx context.Context, f *pdfFile, index int) (*pdfPage, func(), error) {
	limited, cancel := context.WithTimeout(ctx, r.options.PageTime)
	stop := context.AfterFunc(limited, f.end)
	done := func() {
		stop()
		cancel()
	}
	p, err := f.load(index)
	if err != nil {
		done()
		return nil, nil, err
	}
	return p, func() {
		p.close()
		done()
	}, nil
}

// pdfPage is a loaded page.
type pdfPage struct {
	file          *pdfFile
	page          requests.Page
	reference     references.FPDF_PAGE
	width, height float64 // in points, as shown
	turn          int     // quarter turns clockwise that were added to be upright
	links         []scan.Code
	// share maps a point of the page's own coordinates to shares of the page as it is shown.
	share func(x, y float64) (float64, float64)
}

// load loads a page and makes what was filled in or stamped on it a part of it: forms keep their values beside the page.
func (f *pdfFile) load(index int) (*pdfPage, error) {
	p := &pdfPage{file: f}
	if err := p.reload(index); err != nil {
		return nil, err
	}
	if err := p.findLinks(); err != nil {
		return nil, err
	}
	filled, err := p.filledIn()
	if err != nil || !filled {
		return p, err
	}
	if _, err := f.FPDFPage_Flatten(&requests.FPDFPage_Flatten{Page: p.page, Usage: requests.FPDFPage_FlattenUsageNormalDisplay}); err != nil {
		return nil, refusal(err)
	}
	p.close()
	return p, p.reload(index)
}

func (p *pdfPage) reload(index int) error {
	loaded, err := p.file.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: p.file.document, Index: index})
	if err != nil {
		return refusal(err)
	}
	p.reference = loaded.Page
	p.page = requests.Page{ByReference: &p.reference}
	return p.measure()
}

func (p *pdfPage) close() {
	_, _ = p.file.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: p.reference})
}

// measure finds the page's size and how its coordinates lie on it, which its rotation and its crop box decide.
func (p *pdfPage) measure() error {
	size, err := p.file.GetPageSize(&requests.GetPageSize{Page: p.page})
	if err != nil {
		return refusal(err)
	}
	p.width, p.height = size.Width, size.Height
	if !(p.width > 0 && p.height > 0) || math.IsInf(p.width, 0) || math.IsInf(p.height, 0) {
		return damaged(errors.New("a page without a size"))
	}
	// PDFium rounds to whole pixels: a large device and distant points keep the error small.
	const device, far = 1 << 20, 1000
	var xs, ys [3]float64
	for i, point := range [3][2]float64{{0, 0}, {far, 0}, {0, far}} {
		at, err := p.file.FPDF_PageToDevice(&requests.FPDF_PageToDevice{Page: p.page, SizeX: device, SizeY: device, PageX: point[0], PageY: point[1]})
		if err != nil {
			return refusal(err)
		}
		xs[i], ys[i] = float64(at.DeviceX)/device, float64(at.DeviceY)/device
	}
	p.share = func(x, y float64) (float64, float64) {
		x, y = x/far, y/far
		return xs[0] + (xs[1]-xs[0])*x + (xs[2]-xs[0])*y, ys[0] + (ys[1]-ys[0])*x + (ys[2]-ys[0])*y
	}
	return nil
}

// box returns where a rectangle of the page's coordinates is on the page as it is shown.
func (p *pdfPage) box(left, bottom, right, top float64) scan.Box {
	x1, y1 := p.share(left, bottom)
	x2, y2 := p.share(right, top)
	return boxOf(x1, y1, x2, y2)
}

// findLinks keeps the addresses that the page links to.
func (p *pdfPage) findLinks() error {
	for start, looked := 0, 0; looked < maxLinks; looked++ {
		next, err := p.file.FPDFLink_Enumerate(&requests.FPDFLink_Enumerate{Page: p.page, StartPos: start})
		if err != nil {
			return refusal(err)
		}
		if next.Link == nil || next.NextStartPos == nil {
			return nil
		}
		start = *next.NextStartPos
		action, err := p.file.FPDFLink_GetAction(&requests.FPDFLink_GetAction{Link: *next.Link})
		if err != nil || action.Action == nil {
			continue // a link to another page
		}
		uri, err := p.file.FPDFAction_GetURIPath(&requests.FPDFAction_GetURIPath{Document: p.file.document, Action: *action.Action})
		if err != nil || uri.URIPath == nil {
			continue
		}
		link := scan.Code{Kind: KindLink, Text: clean(*uri.URIPath)}
		if rect, err := p.file.FPDFLink_GetAnnotRect(&requests.FPDFLink_GetAnnotRect{Link: *next.Link}); err == nil && rect.Rect != nil {
			link.Box = p.box(float64(rect.Rect.Left), float64(rect.Rect.Bottom), float64(rect.Rect.Right), float64(rect.Rect.Top))
		}
		p.links = append(p.links, link)
	}
	return nil
}

// filledIn tells whether the page has annotations that show something of their own.
func (p *pdfPage) filledIn() (bool, error) {
	count, err := p.file.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: p.page})
	if err != nil {
		return false, refusal(err)
	}
	for i := range min(count.Count, maxObjects) {
		annotation, err := p.file.FPDFPage_GetAnnot(&requests.FPDFPage_GetAnnot{Page: p.page, Index: i})
		if err != nil {
			continue
		}
		subtype, err := p.file.FPDFAnnot_GetSubtype(&requests.FPDFAnnot_GetSubtype{Annotation: annotation.Annotation})
		_, _ = p.file.FPDFPage_CloseAnnot(&requests.FPDFPage_CloseAnnot{Annotation: annotation.Annotation})
		if err == nil && subtype.Subtype != enums.FPDF_ANNOT_SUBTYPE_LINK && subtype.Subtype != enums.FPDF_ANNOT_SUBTYPE_POPUP {
			return true, nil
		}
	}
	return false, nil
}

// words returns the page's text layer in reading order. It turns the page where most of its text does not run to the right.
func (p *pdfPage) words() ([]scan.Word, error) {
	loaded, err := p.file.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: p.page})
	if err != nil {
		return nil, refusal(err)
	}
	count, err := p.file.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: loaded.TextPage})
	if err != nil {
		return nil, refusal(err)
	}
	_, _ = p.file.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: loaded.TextPage})
	if count.Count > maxCharacters {
		return nil, refuse(ReasonTooLarge, nil, "A page has more than %d characters. Please send only the certificate.", maxCharacters)
	}
	text, err := p.file.GetPageTextStructured(&requests.GetPageTextStructured{Page: p.page, Mode: requests.GetPageTextStructuredModeChars})
	if err != nil {
		return nil, refusal(err)
	}
	runs := wordsOf(text.Chars)
	if turn := p.uprightTurn(runs); turn != 0 {
		rotation, err := p.file.FPDFPage_GetRotation(&requests.FPDFPage_GetRotation{Page: p.page})
		if err != nil {
			return nil, refusal(err)
		}
		turned := enums.FPDF_PAGE_ROTATION((int(rotation.PageRotation) + turn) & 3)
		if _, err := p.file.FPDFPage_SetRotation(&requests.FPDFPage_SetRotation{Page: p.page, Rotate: turned}); err != nil {
			return nil, refusal(err)
		}
		if err := p.measure(); err != nil {
			return nil, err
		}
		p.turn = turn
		for i := range p.links {
			p.links[i].Box = turnBox(p.links[i].Box, turn)
		}
	}
	return arrange(p.fragments(runs)), nil
}

// charRun is the characters of one word, in the order of the file.
type charRun struct {
	text  string
	chars []responses.CharPosition
}

// wordsOf parts characters at blanks, at line ends, and where the next one stands elsewhere.
func wordsOf(chars []*responses.GetPageTextStructuredChar) []charRun {
	var runs []charRun
	open := false
	for _, char := range chars {
		text := char.Text
		if text == "\x02" { // how PDFium gives a hyphen at the end of a line
			text = "-"
		}
		if isBlank(text) {
			open = false
			continue
		}
		if text = clean(text); text == "" {
			continue
		}
		at := char.PointPosition
		if open && apart(runs[len(runs)-1].chars, at) {
			open = false
		}
		if !open {
			runs = append(runs, charRun{})
			open = true
		}
		run := &runs[len(runs)-1]
		run.text += text
		run.chars = append(run.chars, at)
	}
	return runs
}

func isBlank(text string) bool {
	for _, r := range text {
		if !unicode.IsSpace(r) {
			return false
		}
	}
	return text != ""
}

// apart tells whether a character stands away from the last of a word by more than three of its sizes, in any direction.
func apart(word []responses.CharPosition, at responses.CharPosition) bool {
	last := word[len(word)-1]
	size := max(at.Top-at.Bottom, last.Top-last.Bottom, at.Right-at.Left, last.Right-last.Left)
	dx := max(at.Left-last.Right, last.Left-at.Right, 0)
	dy := max(at.Bottom-last.Top, last.Bottom-at.Top, 0)
	return dx > 3*size || dy > 3*size
}

// direction returns how a word runs on the page as it is shown, in quarter turns clockwise from rightwards; ok is false for a
// word too short to tell.
func (p *pdfPage) direction(run charRun) (quarter int, ok bool) {
	if len(run.chars) < 2 {
		return 0, false
	}
	first, last := run.chars[0], run.chars[len(run.chars)-1]
	x1, y1 := p.share((first.Left+first.Right)/2, (first.Bottom+first.Top)/2)
	x2, y2 := p.share((last.Left+last.Right)/2, (last.Bottom+last.Top)/2)
	dx, dy := (x2-x1)*p.width, (y2-y1)*p.height
	switch {
	case math.Abs(dx) >= math.Abs(dy) && dx >= 0:
		return 0, true
	case math.Abs(dx) >= math.Abs(dy):
		return 2, !leftwards(run.text)
	case dy > 0:
		return 1, true
	}
	return 3, true
}

// leftwards tells whether text is in a script that is written to the left.
func leftwards(text string) bool {
	for _, r := range text {
		if unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana) {
			return true
		}
	}
	return false
}

// uprightTurn returns by how many quarter turns clockwise most of the text becomes level.
func (p *pdfPage) uprightTurn(runs []charRun) int {
	var letters [4]int
	all := 0
	for _, run := range runs {
		if quarter, ok := p.direction(run); ok && len(run.chars) >= 3 {
			letters[quarter] += len(run.chars)
			all += len(run.chars)
		}
	}
	for quarter, n := range letters {
		if 3*n > 2*all {
			return -quarter & 3
		}
	}
	return 0
}

// fragments joins words that follow each other on one line.
func (p *pdfPage) fragments(runs []charRun) []fragment {
	var fragments []fragment
	for _, run := range runs {
		word := scan.Word{Text: run.text, Confidence: 1}
		for i, char := range run.chars {
			box := p.box(char.Left, char.Bottom, char.Right, char.Top)
			if i > 0 {
				box = union(word.Box, box)
			}
			word.Box = box
		}
		quarter, ok := p.direction(run)
		alone := ok && quarter&1 == 1
		if n := len(fragments); n > 0 && !alone && !fragments[n-1].alone && follows(fragments[n-1].words, word) {
			fragments[n-1].words = append(fragments[n-1].words, word)
			continue
		}
		fragments = append(fragments, fragment{words: []scan.Word{word}, alone: alone})
	}
	return fragments
}

// follows tells whether a word stands to the right of the last one and at its height.
func follows(words []scan.Word, next scan.Word) bool {
	last := words[len(words)-1].Box
	overlap := min(last.Y+last.Height, next.Box.Y+next.Box.Height) - max(last.Y, next.Box.Y)
	return next.Box.X >= last.X+last.Width/2 && overlap > 0.4*min(last.Height, next.Box.Height)
}

// codeRegions returns the parts of the page in which a code may be drawn: its pictures, and all of it where it has drawings.
func (p *pdfPage) codeRegions() ([]scan.Box, error) {
	count, err := p.file.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: p.page})
	if err != nil {
		return nil, refusal(err)
	}
	all := []scan.Box{{Width: 1, Height: 1}}
	if count.Count > maxObjects {
		return all, nil
	}
	var regions []scan.Box
	strokes := 0
	for i := range count.Count {
		object, err := p.file.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: p.page, Index: i})
		if err != nil {
			return nil, refusal(err)
		}
		is, err := p.file.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: object.PageObject})
		if err != nil {
			return nil, refusal(err)
		}
		switch is.Type {
		case enums.FPDF_PAGEOBJ_TEXT:
			continue
		case enums.FPDF_PAGEOBJ_PATH:
			segments, err := p.file.FPDFPath_CountSegments(&requests.FPDFPath_CountSegments{PageObject: object.PageObject})
			if err != nil {
				return nil, refusal(err)
			}
			strokes += segments.Count
			continue
		}
		bounds, err := p.file.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: object.PageObject})
		if err != nil {
			continue
		}
		box := p.box(float64(bounds.Left), float64(bounds.Bottom), float64(bounds.Right), float64(bounds.Top))
		// A code is printed at least a centimetre wide, which is 28 points; a margin round it helps to find it.
		if box.Width*p.width < 20 || box.Height*p.height < 10 {
			continue
		}
		margin := 10 / min(p.width, p.height)
		regions = append(regions, boxOf(box.X-margin, box.Y-margin, box.X+box.Width+margin, box.Y+box.Height+margin))
	}
	// The smallest QR code has some 200 dark fields.
	if strokes > 200 || len(regions) > 8 {
		return all, nil
	}
	return regions, nil
}

// regionSide returns how many pixels the longer side of a part of a page is to have so that codes in it can be read: 300
// for an inch, which some need, and all of a page less.
func regionSide(region scan.Box) int {
	return int(min(max(region.Width, region.Height)*3400, 2000))
}

// render draws the page, or a part of it, on white. No side is longer than maxSide.
func (p *pdfPage) render(maxSide int, part *scan.Box) (*image.RGBA, error) {
	request := &requests.RenderPageInPixels{Page: p.page, Width: maxSide, Height: maxSide}
	if part != nil {
		request.Crop = &requests.RenderPageCrop{X: part.X * p.width, Y: part.Y * p.height, Width: part.Width * p.width, Height: part.Height * p.height}
	}
	drawn, err := p.file.RenderPageInPixels(request)
	if err != nil {
		return nil, refusal(err)
	}
	defer drawn.CleanupFunc()
	rendered, ok := drawn.Result.RenderedImage.(*image.RGBA)
	if !ok {
		return nil, tooComplex(errors.New("not the image that was asked for"))
	}
	// PDFium leaves pages with transparency on nothing, and its colours are not premultiplied.
	return fit(&image.NRGBA{Pix: rendered.Pix, Stride: rendered.Stride, Rect: rendered.Rect}, maxSide), nil
}
