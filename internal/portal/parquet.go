package portal

// parquetAct is an act as the Parquet file has it: the same columns as the other forms.
type parquetAct struct {
	ID        string `parquet:"id"`
	Day       int32  `parquet:"day,date"`
	Act       string `parquet:"act,dict"`
	State     string `parquet:"state,dict"`
	Platform  string `parquet:"platform,dict"`
	Authority string `parquet:"authority,dict"`
	Sender    string `parquet:"sender,dict"`
	Region    string `parquet:"region,dict"`
	Category  string `parquet:"category,dict"`
	Measure   string `parquet:"measure,dict"`
	Late      bool   `parquet:"late"`
	Hours     *int32 `parquet:"hours_to_answer,optional"`
	Down      int32  `parquet:"down"`
	Marked    int32  `parquet:"marked"`
	Declined  int32  `parquet:"declined"`
	Restored  int32  `parquet:"restored"`
	Waiting   int32  `parquet:"waiting"`
}

func (a Act) parquet() parquetAct {
	p := parquetAct{ID: a.ID, Day: a.Day, Act: a.Kind, State: a.State, Platform: a.Platform, Authority: a.Authority, Sender: a.Org, Region: a.Region,
		Category: a.Category, Measure: a.Measure, Late: a.Late, Down: a.Out[Down], Marked: a.Out[Marked], Declined: a.Out[Declined],
		Restored: a.Out[Restored], Waiting: a.Out[Waiting]}
	if a.Hours >= 0 {
		p.Hours = &a.Hours
	}
	return p
}
