package factcheck

import "encoding/json"

// searched is a claim as Google's Fact Check Tools answer a search: the claim with its reviews beside it.
type searched struct {
	Text    string `json:"text"`
	Reviews []struct {
		Publisher struct{ Name, Site string } `json:"publisher"`
		URL       string                      `json:"url"`
		Date      string                      `json:"reviewDate"`
		Rating    string                      `json:"textualRating"`
		Language  string                      `json:"languageCode"`
	} `json:"claimReview"`
}

// readSearched adds a record for each review of a claim.
func (c *collector) readSearched(v json.RawMessage, line int) {
	var s searched
	if err := json.Unmarshal(v, &s); err != nil {
		c.add(line, Record{}, &RowError{Line: line, Err: err})
		return
	}
	for _, r := range s.Reviews {
		outlet := r.Publisher.Name
		if outlet == "" {
			outlet = r.Publisher.Site
		}
		c.add(line, Record{URL: r.URL, Title: plainText(s.Text), Verdict: ReadVerdict(r.Rating), Date: r.Date, Outlet: outlet, Language: r.Language}, nil)
	}
}
