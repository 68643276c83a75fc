package portal

import (
	"io"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// parquetAct, parquetCase and parquetObjection are rows as the Parquet files have them: the same columns as the other forms.
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
	LogIndex  *int64 `parquet:"log_index,optional"`
}

type parquetCase struct {
	Day        int32  `parquet:"day,date"`
	Category   string `parquet:"category,dict"`
	Stage      string `parquet:"stage,dict"`
	Holder     string `parquet:"holder,dict"`
	Services   string `parquet:"services,dict"`
	Reports    int32  `parquet:"reports"`
	Minutes    *int32 `parquet:"minutes_to_decision,optional"`
	Decided    bool   `parquet:"decided"`
	ToAct      bool   `parquet:"to_act"`
	FirstAct   bool   `parquet:"first_act"`
	Overturned bool   `parquet:"overturned"`
	Split      bool   `parquet:"split"`
	Power      bool   `parquet:"power"`
	Stays      string `parquet:"stays,dict"`
	Reopened   int32  `parquet:"reopened"`
	Partner    bool   `parquet:"partner"`
}

type parquetObjection struct {
	Day      int32  `parquet:"day,date"`
	By       string `parquet:"by,dict"`
	Act      string `parquet:"act,dict"`
	Notice   string `parquet:"notice"`
	Platform string `parquet:"platform,dict"`
	Holder   string `parquet:"holder,dict"`
	Decision string `parquet:"decision,dict"`
	Hours    *int32 `parquet:"hours_to_decision,optional"`
	Late     bool   `parquet:"late"`
	Asked    int32  `parquet:"to_restore"`
	Restored int32  `parquet:"restored"`
}

func (a Act) parquet(number int64) parquetAct {
	p := parquetAct{ID: a.ID, Day: a.Day, Act: a.Kind, State: a.State, Platform: a.Platform, Authority: a.Authority, Sender: a.Org, Region: a.Region,
		Category: a.Category, Measure: a.Measure, Late: a.Late, Hours: known(a.Hours), Down: a.Out[Down], Marked: a.Out[Marked], Declined: a.Out[Declined],
		Restored: a.Out[Restored], Waiting: a.Out[Waiting]}
	if number >= 0 {
		p.LogIndex = &number
	}
	return p
}

func (f *Fact) parquet() parquetCase {
	return parquetCase{Day: f.Day, Category: f.Category, Stage: f.Stage, Holder: f.Org, Services: strings.Join(f.Services, ";"), Reports: f.Reports, Minutes: known(f.First),
		Decided: f.Decided, ToAct: f.ToAct, FirstAct: f.FirstAct, Overturned: f.Overturned, Split: f.Split, Power: f.Power, Stays: strings.Join(f.Stays, ";"),
		Reopened: f.Reopened, Partner: f.Partner}
}

func (o Objection) parquet() parquetObjection {
	return parquetObjection{Day: o.Day, By: o.By, Act: o.Act, Notice: o.Notice, Platform: o.Platform, Holder: o.Org, Decision: o.Decision, Hours: known(o.Hours), Late: o.Late,
		Asked: o.Asked, Restored: o.Restored}
}

// known is a span, nil where there is none.
func known(n int32) *int32 {
	if n < 0 {
		return nil
	}
	return &n
}

// parquetFile writes rows of any of the types above.
type parquetFile interface {
	row(row any) error
	Close() error
}

type parquetRows[T any] struct{ *parquet.GenericWriter[T] }

func (p parquetRows[T]) row(row any) error {
	_, err := p.Write([]T{row.(T)})
	return err
}

func newParquet(table string, w io.Writer) parquetFile {
	zstd := parquet.Compression(&parquet.Zstd)
	switch table {
	case "acts":
		return parquetRows[parquetAct]{parquet.NewGenericWriter[parquetAct](w, zstd)}
	case "cases":
		return parquetRows[parquetCase]{parquet.NewGenericWriter[parquetCase](w, zstd)}
	}
	return parquetRows[parquetObjection]{parquet.NewGenericWriter[parquetObjection](w, zstd)}
}
